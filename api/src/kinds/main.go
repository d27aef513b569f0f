// Reads the declarations of the Kubernetes API's types and writes what Weft needs of them: names,
// types, protobuf numbers, what is required, list keys, defaults and closed sets of values. Facts
// only; the sentences that explain the fields are Weft's own (descriptions.txt).
//
// A block a type, a line a field: name, protobuf number, type ([] list, {} map), then flags:
// ! required, p pointer (a given zero is not the same as nothing), k kept when zero, i inlined,
// L list kind with keys, A atomic, M merged by strategic patches on this key, R retainKeys,
// D default, E closed set of values.
//
// Run by hand when the version below moves, and commit what comes out:
//
//	cd api/src/kinds && go run . > ../main/resources/dev/weft/api/schema/types.txt
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// Of the modules k8s.io/api, apimachinery and apiextensions-apiserver.
const version = "v0.37.2"

// Where the packages are, by the short name that the output uses.
var packages = map[string]string{
	"core.v1":           "k8s.io/api/core/v1",
	"apps.v1":           "k8s.io/api/apps/v1",
	"events.v1":         "k8s.io/api/events/v1",
	"coordination.v1":   "k8s.io/api/coordination/v1",
	"discovery.v1":      "k8s.io/api/discovery/v1",
	"autoscaling.v1":    "k8s.io/api/autoscaling/v1",
	"authorization.v1":  "k8s.io/api/authorization/v1",
	"authentication.v1": "k8s.io/api/authentication/v1",
	"policy.v1":         "k8s.io/api/policy/v1",
	"meta.v1":           "k8s.io/apimachinery/pkg/apis/meta/v1",
	"apiextensions.v1":  "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1",
}

// The types that are served or sent; all that they use follows.
var roots = []string{
	"core.v1.Namespace", "core.v1.ConfigMap", "core.v1.Secret", "core.v1.Service", "core.v1.Pod",
	"core.v1.Event", "core.v1.Node", "core.v1.ServiceAccount", "core.v1.Binding",
	"apps.v1.Deployment", "apps.v1.ReplicaSet", "apps.v1.ControllerRevision", "events.v1.Event",
	"coordination.v1.Lease", "discovery.v1.EndpointSlice",
	"apiextensions.v1.CustomResourceDefinition", "autoscaling.v1.Scale", "policy.v1.Eviction",
	"authorization.v1.SelfSubjectAccessReview", "authorization.v1.SubjectAccessReview",
	"authorization.v1.LocalSubjectAccessReview", "authorization.v1.SelfSubjectRulesReview",
	"authentication.v1.SelfSubjectReview", "authentication.v1.TokenReview",
	"authentication.v1.TokenRequest", "meta.v1.DeleteOptions", "meta.v1.Status",
}

// Types that are written by rules of their own.
var special = map[string]string{
	"meta.v1.Time": "Time", "meta.v1.MicroTime": "MicroTime", "meta.v1.Duration": "Duration",
	"meta.v1.FieldsV1": "FieldsV1", "resource.Quantity": "Quantity",
	"intstr.IntOrString": "IntOrString", "runtime.RawExtension": "RawExtension",
	"apiextensions.v1.JSON":                         "JSON",
	"apiextensions.v1.JSONSchemaPropsOrArray":       "SchemaOrArray",
	"apiextensions.v1.JSONSchemaPropsOrBool":        "SchemaOrBool",
	"apiextensions.v1.JSONSchemaPropsOrStringArray": "SchemaOrStrings",
}

type declaration struct {
	pkg     string
	spec    *ast.TypeSpec
	markers []string
	imports map[string]string
}

var declarations = map[string]declaration{}
var constants = map[string][]string{} // by type: the quoted values of its constants
var constantValues = map[string]string{}

func main() {
	for short, path := range packages {
		load(short, path)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintln(out, "# Made by api/src/kinds from the Kubernetes API's declarations, version "+version+".")
	done := map[string]bool{}
	queue := append([]string{}, roots...)
	var written []string
	texts := map[string]string{}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if done[name] {
			continue
		}
		done[name] = true
		text, uses := write(name)
		texts[name] = text
		written = append(written, name)
		queue = append(queue, uses...)
	}
	sort.Strings(written)
	for _, name := range written {
		fmt.Fprint(out, texts[name])
	}
}

func folder(path string) string {
	parts := strings.SplitN(path, "/", 3)
	module := parts[0] + "/" + parts[1]
	text, err := exec.Command("go", "mod", "download", "-json", module+"@"+version).Output()
	check(err)
	for _, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "\"Dir\"") {
			dir := strings.Trim(strings.SplitN(line, ":", 2)[1], " \",")
			return filepath.Join(dir, parts[2])
		}
	}
	panic("no folder for " + path)
}

func load(short, path string) {
	set := token.NewFileSet()
	parsed, err := parser.ParseDir(set, folder(path), func(f os.FileInfo) bool {
		return !strings.HasSuffix(f.Name(), "_test.go") && !strings.Contains(f.Name(), "generated")
	}, parser.ParseComments)
	check(err)
	for _, pkg := range parsed {
		for _, file := range pkg.Files {
			imports := map[string]string{}
			for _, i := range file.Imports {
				target, _ := strconv.Unquote(i.Path.Value)
				name := filepath.Base(target)
				if i.Name != nil {
					name = i.Name.Name
				}
				for s, p := range packages {
					if p == target {
						imports[name] = s
					}
				}
			}
			for _, d := range file.Decls {
				general, ok := d.(*ast.GenDecl)
				if !ok {
					continue
				}
				for _, s := range general.Specs {
					switch spec := s.(type) {
					case *ast.TypeSpec:
						doc := spec.Doc
						if doc == nil {
							doc = general.Doc
						}
						declarations[short+"."+spec.Name.Name] = declaration{short, spec, markers(doc), imports}
					case *ast.ValueSpec:
						constant(short, general.Tok, spec)
					}
				}
			}
		}
	}
}

func constant(short string, tok token.Token, spec *ast.ValueSpec) {
	if tok != token.CONST || len(spec.Values) != 1 {
		return
	}
	literal, ok := spec.Values[0].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return
	}
	constantValues[short+"."+spec.Names[0].Name] = literal.Value
	if named, ok := spec.Type.(*ast.Ident); ok {
		key := short + "." + named.Name
		constants[key] = append(constants[key], literal.Value)
	}
}

func markers(docs ...*ast.CommentGroup) []string {
	var found []string
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		for _, comment := range doc.List {
			text := strings.TrimSpace(strings.TrimPrefix(comment.Text, "//"))
			if strings.HasPrefix(text, "+") {
				found = append(found, text[1:])
			}
		}
	}
	return found
}

// write gives the block of lines of one type, and the types that it uses.
func write(name string) (string, []string) {
	d, ok := declarations[name]
	if !ok {
		panic("unknown type " + name)
	}
	structure, ok := d.spec.Type.(*ast.StructType)
	if !ok {
		panic("no struct: " + name)
	}
	var out strings.Builder
	out.WriteString("@" + name)
	if has(d.markers, "structType=atomic") {
		out.WriteString("\tA")
	}
	out.WriteString("\n")
	var uses []string
	for _, field := range structure.Fields.List {
		if field.Tag == nil {
			continue
		}
		raw, _ := strconv.Unquote(field.Tag.Value)
		tag := reflect.StructTag(raw)
		line, used := writeField(d, field, tag)
		if line != "" {
			out.WriteString(line + "\n")
			uses = append(uses, used...)
		}
	}
	return out.String(), uses
}

func writeField(d declaration, field *ast.Field, tag reflect.StructTag) (string, []string) {
	json := strings.Split(tag.Get("json"), ",")
	number, proto := protobuf(tag.Get("protobuf"))
	if json[0] == "-" {
		return "", nil
	}
	marks := markers(field.Doc)
	typeText, pointer, enum, uses := describe(d, field.Type)
	if json[0] == "" && len(field.Names) == 0 {
		if strings.HasSuffix(typeText, "meta.v1.TypeMeta") {
			return "apiVersion\t0\tstring\nkind\t0\tstring", nil
		}
		return fmt.Sprintf("*\t%s\t%s\ti", number, typeText), uses
	}
	if proto != "" && proto != json[0] {
		fmt.Fprintln(os.Stderr, "note:", d.pkg, json[0], "is", proto, "in protobuf")
	}
	var flags []string
	omits := contains(json[1:], "omitempty") || contains(json[1:], "omitzero")
	if !omits && !has(marks, "optional") || has(marks, "required") || has(marks, "k8s:required") {
		flags = append(flags, "!")
	}
	if pointer {
		flags = append(flags, "p")
	}
	if !omits {
		flags = append(flags, "k")
	}
	if kind, ok := value(marks, "listType"); ok && kind != "atomic" {
		keys := values(marks, "listMapKey")
		flags = append(flags, "L="+kind+strings.Join(append([]string{""}, keys...), ":"))
	}
	if kind, ok := value(marks, "mapType"); ok && kind == "atomic" {
		flags = append(flags, "A")
	}
	if has(marks, "structType=atomic") {
		flags = append(flags, "A")
	}
	strategy := strings.Split(tag.Get("patchStrategy"), ",")
	if contains(strategy, "merge") {
		flags = append(flags, "M="+tag.Get("patchMergeKey"))
	}
	if contains(strategy, "retainKeys") {
		flags = append(flags, "R")
	}
	if text, ok := value(marks, "default"); ok {
		flags = append(flags, "D="+standard(d, text))
	}
	if len(enum) > 0 {
		flags = append(flags, "E="+strings.Join(enum, "|"))
	}
	line := json[0] + "\t" + number + "\t" + typeText
	if len(flags) > 0 {
		line += "\t" + strings.Join(flags, "\t")
	}
	return line, uses
}

func standard(d declaration, text string) string {
	if strings.HasPrefix(text, "ref(") {
		name := strings.TrimSuffix(strings.TrimPrefix(text, "ref("), ")")
		found, ok := constantValues[d.pkg+"."+name]
		if !ok {
			panic("unknown constant " + text)
		}
		return found
	}
	return text
}

func protobuf(tag string) (number, name string) {
	parts := strings.Split(tag, ",")
	if len(parts) < 2 {
		return "0", ""
	}
	for _, part := range parts {
		if strings.HasPrefix(part, "name=") {
			name = part[5:]
		}
	}
	return parts[1], name
}

// describe gives the type as text, whether it is a pointer, and its closed set of values.
func describe(d declaration, expr ast.Expr) (text string, pointer bool, enum []string, uses []string) {
	switch t := expr.(type) {
	case *ast.StarExpr:
		text, _, enum, uses = describe(d, t.X)
		return text, true, enum, uses
	case *ast.ArrayType:
		if element, ok := t.Elt.(*ast.Ident); ok && element.Name == "byte" {
			return "bytes", false, nil, nil
		}
		text, pointer, enum, uses = describe(d, t.Elt)
		return "[]" + text, false, enum, uses
	case *ast.MapType:
		text, _, enum, uses = describe(d, t.Value)
		return "{}" + text, false, enum, uses
	case *ast.Ident:
		switch t.Name {
		case "string", "bool", "int32", "int64", "float64", "uint8":
			return t.Name, false, nil, nil
		}
		return named(d.pkg + "." + t.Name)
	case *ast.SelectorExpr:
		prefix := t.X.(*ast.Ident).Name
		if short, ok := d.imports[prefix]; ok {
			prefix = short
		}
		if prefix == "types" {
			return "string", false, nil, nil
		}
		return named(prefix + "." + t.Sel.Name)
	}
	panic(fmt.Sprintf("unexpected %T in %s", expr, d.spec.Name.Name))
}

func named(name string) (string, bool, []string, []string) {
	if word, ok := special[name]; ok {
		var uses []string
		if strings.HasPrefix(word, "Schema") {
			uses = []string{"apiextensions.v1.JSONSchemaProps"}
		}
		return word, false, nil, uses
	}
	d, ok := declarations[name]
	if !ok {
		panic("unknown type " + name)
	}
	if _, ok := d.spec.Type.(*ast.StructType); ok {
		return name, false, nil, []string{name}
	}
	text, pointer, enum, uses := describe(d, d.spec.Type)
	if has(d.markers, "enum") || has(d.markers, "k8s:enum") {
		enum = nil
		for _, quoted := range constants[name] {
			plain, _ := strconv.Unquote(quoted)
			if plain != "" {
				enum = append(enum, plain)
			}
		}
		sort.Strings(enum)
	}
	return text, pointer, enum, uses
}

func has(marks []string, word string) bool {
	return contains(marks, word)
}

func value(marks []string, name string) (string, bool) {
	found := values(marks, name)
	if len(found) == 0 {
		return "", false
	}
	return found[0], true
}

func values(marks []string, name string) []string {
	var found []string
	for _, mark := range marks {
		if strings.HasPrefix(mark, name+"=") {
			found = append(found, strings.TrimSpace(mark[len(name)+1:]))
		}
	}
	return found
}

func contains(all []string, one string) bool {
	for _, each := range all {
		if each == one {
			return true
		}
	}
	return false
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
