"""Reads the Gateway API's definitions and writes what Weft needs of them: the shape of each kind
with its defaults, closed sets and rules. Facts only; the sentences that explain the fields are
Weft's own (descriptions.txt, by the end of a field's path; the longest that fits counts).

Run by hand when the version below moves, and commit what comes out (needs Go and PyYAML):

    cd api/src/kinds/gateway && python3 shapes.py
"""

import json
import os
import subprocess
import tempfile

import yaml

VERSION = "v1.6.1"
KINDS = [
    "backendtlspolicies", "gatewayclasses", "gateways", "grpcroutes", "httproutes",
    "referencegrants", "tcproutes", "tlsroutes",
]
OUT = "../../main/resources/dev/weft/api/kind/gateway"


def module():
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "go.mod"), "w").write("module x\ngo 1.26\n")
        said = subprocess.run(
            ["go", "mod", "download", "-json", "sigs.k8s.io/gateway-api@" + VERSION],
            cwd=folder, check=True, capture_output=True, text=True)
        return json.loads(said.stdout)["Dir"]


def sentences():
    found = {}
    for line in open("descriptions.txt"):
        if line.strip() and not line.startswith("#"):
            end, sentence = line.rstrip("\n").split("\t")
            found[end] = sentence
    return found


class Shapes:
    def __init__(self, said):
        self.said = said
        self.silent = set()

    def sentence(self, path):
        for start in range(len(path)):
            found = self.said.get(".".join(path[start:]))
            if found:
                return found
        self.silent.add(".".join(path))
        return ""

    def shape(self, node, path):
        made = {}
        sentence = self.sentence(path)
        if sentence:
            made["description"] = sentence
        for word, value in node.items():
            if word == "description":
                continue
            if word == "properties":
                made[word] = {
                    name: self.shape(field, path + [name])
                    for name, field in value.items()
                    if len(path) > 1 or name not in ("apiVersion", "kind", "metadata")
                }
            elif word in ("items", "additionalProperties") and isinstance(value, dict):
                made[word] = self.shape(value, path)
                made[word].pop("description", None)
            elif word == "x-kubernetes-validations":
                made[word] = [
                    {k: " ".join(v.split()) if k == "rule" else v for k, v in rule.items()}
                    for rule in value
                ]
            else:
                made[word] = value
        return made


def main():
    shapes = Shapes(sentences())
    base = module()
    for plural in KINDS:
        file = base + "/config/crd/experimental/gateway.networking.k8s.io_" + plural + ".yaml"
        definition = yaml.safe_load(open(file))
        kept = next(v for v in definition["spec"]["versions"] if v["storage"])
        shape = shapes.shape(kept["schema"]["openAPIV3Schema"], [plural])
        with open(OUT + "/" + plural + ".json", "w") as out:
            json.dump(shape, out, indent=1)
            out.write("\n")
    for path in sorted(shapes.silent):
        print("no sentence for", path)


main()
