#!/usr/bin/env python3
"""Asks a real apiextensions-apiserver what it thinks rules may cost, and writes down what it answers.

    record-costs.py URL CLIENT_CERTIFICATE CLIENT_KEY CASES ANSWERS

CASES is costs.txt, which says how it is read. The server tells a cost only as a multiple of what is
allowed, and with most figures where the multiple is small. So each expression becomes the rule of the items of
a list, and how many items there can be is chosen so that the answer tells most.
"""
import http.client
import json
import re
import ssl
import sys
import urllib.parse

url, certificate, key, cases_file, answers_file = sys.argv[1:]
context = ssl._create_unverified_context()
context.load_cert_chain(certificate, key)
connection = http.client.HTTPSConnection(urllib.parse.urlsplit(url).netloc, context=context)
definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All"


def asked(schema):
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.rules.example.com"},
        "spec": {
            "group": "rules.example.com",
            "scope": "Namespaced",
            "names": {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"},
            "versions": [
                {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
            ],
        },
    }
    connection.request("POST", definitions, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    found = json.loads(answer.read())
    if answer.status == 201:
        return ["taken"]
    return sorted([it["field"], it["reason"], it["message"]] for it in found["details"]["causes"])


def listed(schema, rule, times):
    items = dict(schema)
    items["x-kubernetes-validations"] = [rule]
    listing = {"type": "array", "maxItems": times, "items": items}
    return {"type": "object", "properties": {"list": listing}}


def measured(schema, expression):
    """How many items, and the answer."""
    times = 12_000_000
    while True:
        answer = asked(listed(schema, {"rule": expression}, times))
        factor = re.search(r"estimated rule cost exceeds budget by factor of ([0-9.]+)x", str(answer))
        if answer == ["taken"] or "cost" not in str(answer):
            return times, answer
        if factor:
            break
        if times <= 1:
            return times, answer
        times //= 100
        times = max(times, 1)
    cost = float(factor.group(1)) * 10_000_000 / times
    better = max(1, round(12_000_000 / cost))
    return (times, answer) if better == times else (better, asked(listed(schema, {"rule": expression}, better)))


sections = []
for line in open(cases_file):
    line = line.rstrip("\n")
    if line.startswith("== "):
        sections.append((line[3:], []))
    elif sections and line.strip():
        sections[-1][1].append(line)
answers = {}
schema = None
for title, lines in sections:
    sort, _, name = title.partition(" ")
    if sort == "schema":
        schema = json.loads("\n".join(lines))
    elif sort == "expressions":
        for expression in lines:
            times, answer = measured(schema, expression)
            answers[expression] = {"times": times, "answer": answer}
    else:
        answers[name] = {"times": 0, "answer": asked(json.loads("\n".join(lines)))}
with open(answers_file, "w") as out:
    rows = [json.dumps(k, ensure_ascii=False) + ": " + json.dumps(v, ensure_ascii=False) for k, v in answers.items()]
    out.write("{\n" + ",\n".join(rows) + "\n}\n")
print(len(answers), "answers")
