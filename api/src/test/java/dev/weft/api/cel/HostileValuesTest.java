package dev.weft.api.cel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values that are made for it cannot make an expression work, or fill the memory, beyond its
 * budget.
 */
class HostileValuesTest {
    private static final long ALLOCATED_MAX = 1L << 30;
    private static final String LONG = "a".repeat(1_400_000);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s.contains(t)",
                "s.indexOf(t) == 1",
                "s.lastIndexOf(t) == 1",
                "s.replace(t, 'x') == s",
                "s.split(t).size() == 1",
                "s.startsWith(t)",
                "s.find(t) == ''",
                "s.matches('^(a|b)*$')",
                "s.matches('^(?:(a)|(b))*c$')",
                "s.findAll('a?').size() == 1",
                "s.matches('^(a+)+$')",
                "lists.range(100000).map(i, s) == lists.range(100000).map(i, u)",
                "lists.range(100000).map(i, [s]) == lists.range(100000).map(i, [u])",
                "u in lists.range(900000).map(i, s)",
                "lists.range(200000).map(i, i % 2 == 0 ? s : u).sort().size() == 1",
                "lists.range(200000).map(i, i % 2 == 0 ? s : u).max() == s",
                "lists.range(200000).map(i, i % 2 == 0 ? s : u).isSorted()",
                "lists.range(200000).sortBy(i, i % 2 == 0 ? s : u).size() == 1",
                "lists.range(200000).map(i, i % 2 == 0 ? s : u).distinct().size() == 1",
                "lists.range(9000000000).size() == 1",
                "quantity(n).isInteger()",
                "semver(n + '.0.0').major() == 1",
                "int(n) == 1",
                "double(n) == 1.0",
                "duration(n + 's') == duration('1s')",
                "timestamp(s) == timestamp('2024-01-01T00:00:00Z')",
                "url('http://' + s).getHost() == 'a'",
                "ip(s).family() == 4",
                "isCIDR(s)",
                "bytes(s) == bytes(u)",
                "strings.quote(s) == s",
                "'%s%s'.format([s, u]) == s",
                "'%.999f'.format([1e308]) == s",
                "s.replace('', s) == s",
                "s.split('').join(s) == s",
                "s.split('').map(x, s).join() == s"
            })
    void longTextsCostWhatReadingThemDoes(String rule) {
        bounded(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'%s'.format([DAG]) == ''",
                "DAG == DAG",
                "DAG == [DAG, DAG]",
                "DAG in [DAG]",
                "[DAG, DAG].flatten(100).size() == 1",
                "[DAG, DAG].distinct().size() == 1",
                "{'a': DAG} == {'a': DAG}",
                "'%s'.format([{'a': DAG, 'b': DAG}]) == ''",
                "dyn(DAG).map(x, '%s'.format([x])).size() == 1",
                "optional.of(DAG) == optional.of(DAG)",
                "sets.contains([DAG], [DAG])"
            })
    void whatHoldsItselfManyTimesOverIsNotWalkedThrough(String rule) {
        var dag = new StringBuilder("optional.of(dyn(['abc']))");
        for (int i = 0; i < 60; i++) {
            dag.append(".optMap(x, dyn([x, x]))");
        }
        bounded(rule.replace("DAG", "(" + dag + ").value()"));
        var doubled = new StringBuilder("optional.of(['abc'])");
        for (int i = 0; i < 60; i++) {
            doubled.append(".optMap(x, x + x)");
        }
        bounded(rule.replace("DAG", "(" + doubled + ").value()"));
    }

    @Test
    void whatIsNoNumberStandsSomewhereInAnOrder() {
        String list = "lists.range(90).map(i, i % 3 == 0 ? 0.0 / 0.0 : double(i * 7919 % 101))";
        assertThat(run(list + ".sort().size() == 90")).isEqualTo(Value.TRUE);
        assertThat(run("lists.range(90).sortBy(i, " + list + "[i]).size() == 90"))
                .isEqualTo(Value.TRUE);
    }

    /** Runs it; how it ends does not matter, but that it does, and what it took. */
    private static void bounded(String rule) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long began = threads.getCurrentThreadCpuTime();
        try {
            run(rule);
        } catch (EvalException | Budget.OverException | CompileException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes")
                .isLessThan(ALLOCATED_MAX);
        assertThat(threads.getCurrentThreadCpuTime() - began)
                .as("nanoseconds of a processor")
                .isLessThan(20_000_000_000L);
    }

    private static Value run(String rule) {
        var variables = new LinkedHashMap<String, Type>();
        for (String name : List.of("s", "t", "u", "n")) {
            variables.put(name, Type.Simple.STRING);
        }
        List<Value> values =
                List.of(
                        Value.of(LONG),
                        Value.of("a".repeat(700_000) + "b"),
                        Value.of("a".repeat(1_400_000)),
                        Value.of("9".repeat(1_400_000)));
        return Expression.compile(rule, variables).evaluate(values, new Budget(10_000_000));
    }
}
