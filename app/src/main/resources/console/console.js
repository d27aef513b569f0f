// The console's one script: draws what /api/stream sends each second. Nothing is changed from here.
'use strict';

const $ = id => document.getElementById(id);
const HUES = ['blue', 'green', 'violet', 'orange', 'teal', 'pink'];

// ---- words ------------------------------------------------------------------------------------

const rate = v => v === 0 ? '0/s' : v < 10 ? v.toFixed(1) + '/s' : v < 10000 ? Math.round(v) + '/s' : (v / 1000).toFixed(1) + 'k/s';
const percent = v => v === null ? '–' : v === 1 ? '100 %' : v >= 0.9995 ? '99.9 %' : (v * 100).toFixed(1) + ' %';
const millis = v => v === null ? '–' : v < 10 ? v.toFixed(1) + ' ms' : v < 1000 ? Math.round(v) + ' ms' : (v / 1000).toFixed(1) + ' s';
const part = v => v === null ? '–' : (v * 100).toFixed(1) + ' %';
const count = (n, one, many) => n + ' ' + (n === 1 ? one : many);

function ago(seconds) {
  if (seconds < 60) return seconds + 's';
  if (seconds < 3600) return Math.floor(seconds / 60) + 'm';
  if (seconds < 86400) return Math.floor(seconds / 3600) + 'h';
  return Math.floor(seconds / 86400) + 'd';
}

// ---- elements, changed only where their content did --------------------------------------------

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function dress(element, className) {
  if (element.className !== className) element.className = className;
}

// Keeps one child per item, by key, in the items' order; a child stays the same element for life.
function each(parent, items, key, create, update) {
  const known = new Map(Array.from(parent.children, child => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    let child = known.get(key(item));
    if (child) {
      known.delete(key(item));
    } else {
      child = create(item);
      child.dataset.key = key(item);
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item);
  }
  for (const gone of known.values()) gone.remove();
}

function cell(name, className) {
  const td = make('td', className || 'n', '–');
  td.dataset.name = name;
  return td;
}

function rowHead(row, before) {
  const head = make('th');
  head.scope = 'row';
  if (before) head.append(before);
  head.append(make('span', 'ns'), make('span', 'name'));
  row.append(head);
  return head;
}

function named(row, item) {
  say(row.querySelector('.ns'), item.namespace + '/');
  say(row.querySelector('.name'), item.name);
}

function spark() {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', '0 0 60 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS('http://www.w3.org/2000/svg', 'polyline'));
  return svg;
}

function draw(svg, values, top) {
  const highest = Math.max(top || 0, 1, ...values);
  const from = 60 - values.length;
  svg.firstChild.setAttribute('points',
    values.map((v, i) => (from + i) + ',' + (19 - 18 * v / highest).toFixed(1)).join(' '));
}

function figures(row, item) {
  say(row.querySelector('.rate'), rate(item.rate));
  const success = row.querySelector('.success');
  say(success, percent(item.success));
  dress(success, 'n success' + (item.success !== null && item.success < 0.99 ? ' bad' : ''));
  say(row.querySelector('.p50'), millis(item.p50));
  say(row.querySelector('.p99'), millis(item.p99));
}

function figureCells() {
  return [cell('rate', 'n rate'), cell('success', 'n success'), cell('p50', 'n p50'), cell('p99', 'n p99')];
}

function readyText(element, item) {
  say(element, item.ready + '/' + item.wanted);
  const state = item.ready >= item.wanted && item.wanted > 0 ? '' : item.ready === 0 && item.wanted > 0 ? ' bad' : ' wait';
  dress(element, 'n ready' + state);
}

// A version keeps its colour for life: what its name says, else its place in the split.
function hue(name, index) {
  for (const colour of ['blue', 'green']) if (new RegExp('(^|-)' + colour + '(-|$)').test(name)) return colour;
  return HUES[(index + 2) % HUES.length];
}

// ---- the parts of the page ---------------------------------------------------------------------

function createSplit(split) {
  const card = make('article', 'split');
  const head = make('div', 'head');
  const title = make('h3');
  title.append(make('span', 'ns'), make('span', 'name'));
  head.append(title, make('p', 'quiet by'));
  const problem = make('p', 'problem');
  problem.hidden = true;
  const shares = make('div', 'shares');
  shares.setAttribute('aria-hidden', 'true');
  shares.append(make('span', '', 'wanted'), make('div', 'bar wanted'), make('span', '', 'seen'), make('div', 'bar seen'));
  const table = make('table');
  const caption = make('caption', 'unseen', 'Backends of ' + split.name);
  const thead = make('thead');
  const tr = make('tr');
  for (const [text, className] of [['Backend', ''], ['Ready', 'n'], ['Wanted', 'n'], ['Seen', 'n'], ['Rate', 'n'], ['Success', 'n'], ['p50', 'n'], ['p99', 'n'], ['Last minute', 'trend']]) {
    const th = make('th', className, text);
    th.scope = 'col';
    tr.append(th);
  }
  thead.append(tr);
  table.append(caption, thead, make('tbody'));
  card.append(head, problem, shares, table);
  return card;
}

function createShare(share) {
  const row = make('tr');
  rowHead(row, make('span', 'swatch'));
  row.append(cell('ready', 'n ready'), cell('wanted', 'n wanted'), cell('seen', 'n seen'), ...figureCells());
  const trend = make('td', 'trend');
  trend.append(spark());
  row.append(trend);
  return row;
}

function updateSplit(card, split) {
  say(card.querySelector('.ns'), split.namespace + '/');
  say(card.querySelector('.name'), split.root);
  say(card.querySelector('.by'), 'shared out by TrafficSplit ' + split.name);
  const problem = card.querySelector('.problem');
  problem.hidden = split.problems.length === 0;
  say(problem, split.problems.join(' '));
  const shares = split.shares.map((share, i) => ({ ...share, hue: share.name === split.root ? 'root' : hue(share.name, i) }));
  for (const kind of ['wanted', 'seen']) {
    each(card.querySelector('.bar.' + kind), shares, s => s.name, s => make('i', s.hue),
      (bar, s) => { bar.style.width = ((s[kind] || 0) * 100) + '%'; });
  }
  const top = Math.max(...shares.flatMap(s => s.series), 1);
  each(card.querySelector('tbody'), shares, s => s.name, createShare, (row, s) => {
    dress(row, s.hue);
    named(row, { namespace: split.namespace, name: s.name });
    readyText(row.querySelector('.ready'), { ready: s.ready, wanted: s.endpoints });
    say(row.querySelector('.wanted'), part(s.wanted));
    say(row.querySelector('.seen'), part(s.seen));
    figures(row, s);
    draw(row.querySelector('svg'), s.series, top);
  });
}

function createService() {
  const row = make('tr');
  rowHead(row).append(make('span', 'host'));
  row.append(cell('ready', 'n ready'), ...figureCells());
  const trend = make('td', 'trend');
  trend.append(spark());
  row.append(trend);
  return row;
}

function updateService(row, service) {
  named(row, service);
  say(row.querySelector('.host'), service.address);
  readyText(row.querySelector('.ready'), { ready: service.ready, wanted: service.endpoints });
  figures(row, service);
  draw(row.querySelector('svg'), service.series);
}

function createWorkload() {
  const row = make('tr');
  rowHead(row).append(make('span', 'host'));
  row.append(cell('ready', 'n ready'), cell('restarts', 'n restarts'));
  const pods = make('td', 'pods');
  pods.append(make('div', 'chips'));
  row.append(pods);
  return row;
}

function updateWorkload(row, workload) {
  named(row, workload);
  say(row.querySelector('.host'), workload.image);
  readyText(row.querySelector('.ready'), workload);
  const restarts = row.querySelector('.restarts');
  say(restarts, String(workload.restarts));
  dress(restarts, 'n restarts' + (workload.restarts > 0 ? ' wait' : ''));
  each(row.querySelector('.chips'), workload.pods, p => p.name, () => {
    const chip = make('span', 'chip');
    chip.append(make('span', 'dot'), make('span', 'word'));
    return chip;
  }, (chip, pod) => {
    dress(chip.firstChild, 'dot ' + (pod.ready ? 'good' : pod.failed ? 'bad' : 'wait'));
    say(chip.lastChild, pod.short + ' ' + pod.state + ' ' + ago(pod.age));
    chip.title = pod.name + (pod.ip ? ' at ' + pod.ip : '');
  });
}

function updateNews(item, news) {
  say(item.firstChild, news.message);
  say(item.lastChild, news.about + ' · ' + news.reason + ' · ' + ago(news.age) + ' ago' + (news.count > 1 ? ' · ' + news.count + ' times' : ''));
}

function list(name, items, total, table, create, update) {
  each(table, items, item => item.namespace + '/' + item.name, create, update);
  const empty = total === 0;
  $(name + 's-empty').hidden = !empty || searching();
  const shell = $(name + '-table');
  if (shell) shell.hidden = items.length === 0;
  const more = $(name + 's-more');
  if (more) {
    more.hidden = total <= items.length && !(empty && searching());
    say(more, empty ? 'Nothing here has that name.' : 'and ' + (total - items.length) + ' more: search to see them');
  }
}

function show(state) {
  const sum = state.summary;
  const waiting = sum.workloads - sum.readyWorkloads;
  say($('headline'), sum.workloads === 0 ? 'Nothing runs yet'
    : waiting === 0 ? count(sum.workloads, 'workload', 'workloads') + ', all ready'
    : waiting + ' of ' + count(sum.workloads, 'workload', 'workloads') + ' not ready');
  say($('sum-rate'), rate(sum.rate));
  say($('sum-success'), percent(sum.success));
  say($('sum-p50'), millis(sum.p50));
  say($('sum-p99'), millis(sum.p99));
  each($('split-list'), state.splits, s => s.namespace + '/' + s.name, createSplit, updateSplit);
  $('splits-empty').hidden = state.splits.length > 0 || searching();
  list('service', state.services, state.serviceTotal, $('service-table').tBodies[0], createService, updateService);
  list('workload', state.workloads, state.workloadTotal, $('workload-table').tBodies[0], createWorkload, updateWorkload);
  each($('news-list'), state.news, n => n.id, () => {
    const item = make('li');
    item.append(make('p', 'quiet'), make('p', 'quiet'));
    item.firstChild.className = 'said';
    return item;
  }, updateNews);
  $('news-empty').hidden = state.news.length > 0;
  say($('about'), 'weft ' + state.version + ' · edge ' + state.edge + ' · figures also under /metrics');
  document.documentElement.dataset.ticks = String(Number(document.documentElement.dataset.ticks || 0) + 1);
}

// ---- the stream --------------------------------------------------------------------------------

let source = null;
let lastHeard = 0;
const searching = () => $('search').value.trim() !== '';

function connection(state, text) {
  dress($('dot'), 'dot ' + state);
  say($('live'), text);
}

function connect() {
  if (source) source.close();
  const query = $('search').value.trim();
  source = new EventSource('/api/stream' + (query ? '?q=' + encodeURIComponent(query) : ''));
  source.onmessage = message => {
    lastHeard = performance.now();
    connection('good', 'live');
    show(JSON.parse(message.data));
  };
  source.onerror = () => connection('bad', 'not connected');
}

setInterval(() => {
  if (lastHeard && performance.now() - lastHeard > 4000) connection('bad', 'not connected');
}, 1000);

let typing = 0;
$('search').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(connect, 150);
});
document.querySelector('.search').addEventListener('submit', event => event.preventDefault());

// ---- keys, copying, help -----------------------------------------------------------------------

const PLACES = { s: 'splits', v: 'services', w: 'workloads', n: 'news' };
let going = 0;

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inField = event.target.tagName === 'INPUT';
  if (event.key === 'Escape' && inField) {
    $('search').value = '';
    $('search').blur();
    connect();
  } else if (inField || $('help').open) {
    return;
  } else if (event.key === '/') {
    event.preventDefault();
    $('search').focus();
  } else if (event.key === '?') {
    $('help').showModal();
  } else if (event.key === 'g') {
    going = performance.now();
  } else if (PLACES[event.key] && performance.now() - going < 1500) {
    const place = $(PLACES[event.key]);
    place.scrollIntoView();
    place.focus({ preventScroll: true });
    going = 0;
  }
});

$('help-button').addEventListener('click', () => $('help').showModal());
$('help-close').addEventListener('click', () => $('help').close());

for (const button of document.querySelectorAll('.copy')) {
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say(button, 'Copied');
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      say(button, 'Selected');
    }
    setTimeout(() => say(button, 'Copy'), 1500);
  });
}

connect();
