#!/usr/bin/env python3
"""Asks a real apiextensions-apiserver about label selectors, and writes down what it answers.

    record-selectors.py URL CLIENT_CERTIFICATE CLIENT_KEY ANSWERS

The selectors are those that the file of answers has already.
"""
import json
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

url, certificate, key, answers_file = sys.argv[1:]
context = ssl._create_unverified_context()
context.load_cert_chain(certificate, key)


def asked(selector):
    query = "?labelSelector=" + urllib.parse.quote(selector, safe="")
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions" + query
    try:
        with urllib.request.urlopen(url + path, context=context):
            return "taken"
    except urllib.error.HTTPError as refusal:
        body = json.loads(refusal.read())
        return f"{refusal.code} {body['reason']} {body['message']}"


answers = {selector: asked(selector) for selector in json.load(open(answers_file))}
with open(answers_file, "w") as out:
    rows = [json.dumps(selector) + ": " + json.dumps(answer) for selector, answer in answers.items()]
    out.write("{\n" + ",\n".join(rows) + "\n}\n")
