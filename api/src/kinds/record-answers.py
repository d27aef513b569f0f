#!/usr/bin/env python3
"""Asks a real apiextensions-apiserver what it answers to the cases of a test, and writes it down.

    record-answers.py URL CLIENT_CERTIFICATE CLIENT_KEY CASES ANSWERS

Each case is created with fieldValidation=Strict and with Warn. Kept of an answer: the code, the
Status (message and details) or the object (without what differs each time), and the warnings.
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


def call(method, path, body=None, kind="application/json"):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": kind}, method=method)
    try:
        with urllib.request.urlopen(request, context=context) as answer:
            return answer.status, answer.headers.get_all("Warning") or [], json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers.get_all("Warning") or [], read(refusal.read())


def read(text):
    """An answer that is no JSON (a path that is not served yet) is no answer."""
    try:
        return json.loads(text)
    except ValueError:
        return {}


def settled(answer):
    """The answer without uid, times and versions."""
    if answer.get("kind") != "Status":
        metadata = answer["metadata"]
        for field in ("uid", "creationTimestamp", "resourceVersion", "managedFields", "generation"):
            metadata.pop(field, None)
    return answer


cases = json.load(open(cases_file))
definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
answers = {}
if "definition" in cases:
    definition = cases["definition"]
    name = definition["metadata"]["name"]
    call("DELETE", definitions + "/" + name)
    while call("GET", definitions + "/" + name)[0] != 404:
        time.sleep(0.2)
    code, _, body = call("POST", definitions, definition)
    assert code == 201, body
    group = definition["spec"]["group"]
    path = f"/apis/{group}/v1/namespaces/default/" + definition["spec"]["names"]["plural"]
    while call("GET", path)[0] != 200:
        time.sleep(0.2)
    time.sleep(2)
else:
    path = definitions
for case in cases["cases"]:
    for mode in ("Strict", "Warn"):
        code, warnings, body = call("POST", f"{path}?fieldValidation={mode}", case["body"])
        answers[case["name"] + "/" + mode] = {
            "code": code,
            "warnings": [text.split('"', 1)[1].rsplit('"', 1)[0].replace('\\"', '"') for text in warnings],
            "body": settled(body),
        }
        if code == 201:
            call("DELETE", path + "/" + body["metadata"]["name"])
            while call("GET", path + "/" + body["metadata"]["name"])[0] != 404:
                time.sleep(0.1)
json.dump(answers, open(answers_file, "w"), indent=1)
print(len(answers), "answers")
