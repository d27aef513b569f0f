#!/usr/bin/env python3
"""Asks a real apiextensions-apiserver about rules in expressions, and writes down what it answers.

    record-validations.py URL CLIENT_CERTIFICATE CLIENT_KEY CASES ANSWERS

CASES is validations.txt, which says how it is read. Every expression is a rule of a definition of its
own; those that are taken are then asked of the object, many in one definition.
"""
import json
import ssl
import sys
import time
import urllib.error
import urllib.request

url, certificate, key, cases_file, answers_file = sys.argv[1:]
context = ssl._create_unverified_context()
context.load_cert_chain(certificate, key)
definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
count = int(time.time()) % 1000000


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url + path, data, {"Content-Type": "application/json"}, method=method
    )
    try:
        with urllib.request.urlopen(request, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        text = refusal.read()
        try:
            return refusal.code, json.loads(text)
        except ValueError:
            return refusal.code, {}


def definition(schema):
    global count
    count += 1
    name = f"r{count}"
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}s.rules.example.com"},
        "spec": {
            "group": "rules.example.com",
            "scope": "Namespaced",
            "names": {"plural": f"{name}s", "singular": name, "kind": "Thing", "listKind": "ThingList"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def defined(schema):
    wanted = definition(schema)
    code, body = call("POST", definitions, wanted)
    assert code == 201, body
    path = "/apis/rules.example.com/v1/namespaces/default/" + wanted["spec"]["names"]["plural"]
    while call("GET", path)[0] != 200:
        time.sleep(0.05)
    time.sleep(0.5)
    return wanted, path


def causes(body):
    found = [
        [it["field"], it["reason"], it["message"]] for it in body.get("details", {}).get("causes", [])
    ]
    # Costs are summed up in an order that differs from run to run.
    return sorted(it for it in found if "contributed to estimated" not in it[2]) or [body.get("message")]


def with_rules(schema, rules):
    spec = dict(schema)
    spec["x-kubernetes-validations"] = rules
    return {"type": "object", "properties": {"spec": spec}}


def thing(spec):
    return {"apiVersion": "rules.example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, **spec}


sections = []
for line in open(cases_file):
    line = line.rstrip("\n")
    if line.startswith("== "):
        sections.append((line[3:], []))
    elif sections and line.strip():
        sections[-1][1].append(line)
schema = json.loads("\n".join(sections[0][1]))
spec = json.loads("\n".join(sections[1][1]))
answers = {}
taken = []
for expression in sections[2][1]:
    rules = [{"rule": expression}]
    code, body = call("POST", definitions + "?dryRun=All", definition(with_rules(schema, rules)))
    if code == 201:
        taken.append(expression)
    else:
        answers[expression] = causes(body)
for start in range(0, len(taken), 40):
    part = taken[start : start + 40]
    rules = [{"rule": it, "message": f"#{index}#"} for index, it in enumerate(part)]
    wanted, path = defined(with_rules(schema, rules))
    code, body = call("POST", path + "?dryRun=All", thing({"spec": spec}))
    for expression in part:
        answers[expression] = ["true"]
    for field, reason, message in causes(body) if code != 201 else []:
        index = int(message.split("#")[1])
        answers[part[index]] = [message.replace(f"#{index}#", "RULE")]
    call("DELETE", definitions + "/" + wanted["metadata"]["name"])
for name, lines in sections[3:]:
    sort, title = name.split(" ", 1)
    text = "\n".join(lines)
    if sort == "definition":
        code, body = call("POST", definitions + "?dryRun=All", definition(json.loads(text)))
        answers[title] = ["taken"] if code == 201 else causes(body)
        continue
    schema_text, *writes = text.split("\n-- ")
    wanted, path = defined(json.loads(schema_text))
    answers[title] = []
    version = None
    for write in writes:
        verb, body = write.split("\n", 1)
        body = thing(json.loads(body))
        if verb == "create":
            call("DELETE", path + "/a")
            code, answer = call("POST", path, body)
        else:
            body["metadata"]["resourceVersion"] = version
            code, answer = call("PUT", path + "/a" + ("/status" if verb == "status" else ""), body)
        if code in (200, 201):
            version = answer["metadata"]["resourceVersion"]
        answers[title].append([str(code)] if code in (200, 201) else causes(answer))
    call("DELETE", definitions + "/" + wanted["metadata"]["name"])
json.dump(answers, open(answers_file, "w"), indent=1, ensure_ascii=False)
print(len(answers), "answers")
