// Writes objects of built-in kinds as a client in Go sends them: their protobuf bodies, in base64,
// and the same objects as JSON. A test reads the one and expects the other.
//
//	cd api/src/kinds/bodies && go run . > ../../test/resources/dev/weft/api/codec/bodies.json
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"time"

	apps "k8s.io/api/apps/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	events "k8s.io/api/events/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func to[T any](value T) *T { return &value }

func named(name string) meta.ObjectMeta {
	return meta.ObjectMeta{Name: name, Namespace: "default", Labels: map[string]string{"app": "web", "empty": ""},
		CreationTimestamp: meta.Time{Time: time.Unix(1700000000, 0)}, Finalizers: []string{"a/b"},
		OwnerReferences: []meta.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: "x", UID: "u", Controller: to(false)}}}
}

func podSpec() core.PodSpec {
	port := intstr.FromString("http")
	return core.PodSpec{
		TerminationGracePeriodSeconds: to(int64(0)), AutomountServiceAccountToken: to(false), HostNetwork: true,
		ImagePullSecrets: []core.LocalObjectReference{{Name: "pull"}},
		SecurityContext:  &core.PodSecurityContext{RunAsUser: to(int64(0)), RunAsNonRoot: to(false)},
		Volumes: []core.Volume{
			{Name: "e", VolumeSource: core.VolumeSource{EmptyDir: &core.EmptyDirVolumeSource{}}},
			{Name: "c", VolumeSource: core.VolumeSource{ConfigMap: &core.ConfigMapVolumeSource{
				LocalObjectReference: core.LocalObjectReference{Name: "cm"}, DefaultMode: to(int32(0))}}},
		},
		Tolerations: []core.Toleration{{Operator: "Exists", TolerationSeconds: to(int64(-1))}},
		Containers: []core.Container{{
			Name: "main", Image: "x", Command: []string{"a", ""}, Stdin: true,
			Ports: []core.ContainerPort{{ContainerPort: 80, Name: "http"}},
			Env: []core.EnvVar{{Name: "A"}, {Name: "B", ValueFrom: &core.EnvVarSource{ConfigMapKeyRef: &core.ConfigMapKeySelector{
				LocalObjectReference: core.LocalObjectReference{Name: "cm"}, Key: "k", Optional: to(false)}}}},
			Resources: core.ResourceRequirements{Limits: core.ResourceList{"cpu": resource.MustParse("500m"), "memory": resource.MustParse("1Gi")}},
			LivenessProbe: &core.Probe{InitialDelaySeconds: 3, ProbeHandler: core.ProbeHandler{HTTPGet: &core.HTTPGetAction{
				Path: "/", Port: port, HTTPHeaders: []core.HTTPHeader{{Name: "H", Value: "v"}}}}},
		}},
	}
}

func objects() []runtime.Object {
	surge := intstr.FromInt32(0)
	share := intstr.FromString("50%")
	return []runtime.Object{
		&core.Pod{ObjectMeta: named("pod"), Spec: podSpec()},
		&apps.Deployment{ObjectMeta: named("deployment"), Spec: apps.DeploymentSpec{Replicas: to(int32(0)), Paused: true,
			Selector: &meta.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
			Template: core.PodTemplateSpec{ObjectMeta: meta.ObjectMeta{Labels: map[string]string{"app": "web"}}, Spec: podSpec()},
			Strategy: apps.DeploymentStrategy{RollingUpdate: &apps.RollingUpdateDeployment{MaxSurge: &surge, MaxUnavailable: &share}}}},
		&apps.ReplicaSet{ObjectMeta: named("set"), Spec: apps.ReplicaSetSpec{Replicas: to(int32(3))}},
		&core.Service{ObjectMeta: named("service"), Spec: core.ServiceSpec{Selector: map[string]string{"app": "web"},
			Ports: []core.ServicePort{{Port: 80, TargetPort: intstr.FromInt32(8080)}}, ClusterIP: "None"}},
		&core.Secret{ObjectMeta: named("secret"), Data: map[string][]byte{"a": {0, 1, 255}, "empty": {}}, Immutable: to(false)},
		&core.ConfigMap{ObjectMeta: named("config"), Data: map[string]string{"a": "b\n"}, BinaryData: map[string][]byte{"x": {9}}},
		&core.Namespace{ObjectMeta: meta.ObjectMeta{Name: "room"}},
		&core.Node{ObjectMeta: meta.ObjectMeta{Name: "node"}, Status: core.NodeStatus{Capacity: core.ResourceList{"pods": resource.MustParse("110")},
			Images: []core.ContainerImage{{Names: []string{"x"}, SizeBytes: 5000000000}}}},
		&core.Event{ObjectMeta: named("event"), Count: 2, EventTime: meta.MicroTime{Time: time.Unix(1700000000, 123456000)},
			InvolvedObject: core.ObjectReference{Kind: "Pod", Name: "x"}, FirstTimestamp: meta.Time{Time: time.Unix(1700000000, 0)}},
		&events.Event{ObjectMeta: named("event2"), EventTime: meta.MicroTime{Time: time.Unix(1700000000, 1000)}, Regarding: core.ObjectReference{Kind: "Pod"}},
		&coordination.Lease{ObjectMeta: named("lease"), Spec: coordination.LeaseSpec{HolderIdentity: to(""), LeaseDurationSeconds: to(int32(15)),
			RenewTime: &meta.MicroTime{Time: time.Unix(1700000000, 5000)}}},
		&discovery.EndpointSlice{ObjectMeta: named("slice"), AddressType: "IPv4",
			Endpoints: []discovery.Endpoint{{Addresses: []string{"10.0.0.1"}, Conditions: discovery.EndpointConditions{Ready: to(false)}}},
			Ports:     []discovery.EndpointPort{{Name: to(""), Port: to(int32(80))}}},
		&apps.ControllerRevision{ObjectMeta: named("revision"), Revision: 3, Data: runtime.RawExtension{Raw: []byte(`{"a":[1,null]}`)}},
		&core.ServiceAccount{ObjectMeta: named("account")},
		&meta.DeleteOptions{GracePeriodSeconds: to(int64(0)), PropagationPolicy: to(meta.DeletePropagationForeground),
			Preconditions: &meta.Preconditions{UID: to(types.UID("u"))}, DryRun: []string{"All"}},
		&apiextensions.CustomResourceDefinition{ObjectMeta: meta.ObjectMeta{Name: "widgets.example.com"}, Spec: apiextensions.CustomResourceDefinitionSpec{
			Group: "example.com", Scope: "Namespaced", Names: apiextensions.CustomResourceDefinitionNames{Plural: "widgets", Kind: "Widget"},
			Versions: []apiextensions.CustomResourceDefinitionVersion{{Name: "v1", Served: true, Storage: true,
				Schema: &apiextensions.CustomResourceValidation{OpenAPIV3Schema: &apiextensions.JSONSchemaProps{Type: "object",
					Properties: map[string]apiextensions.JSONSchemaProps{
						"a": {Type: "array", Items: &apiextensions.JSONSchemaPropsOrArray{Schema: &apiextensions.JSONSchemaProps{Type: "string"}}, MinItems: to(int64(0))},
						"b": {Type: "object", AdditionalProperties: &apiextensions.JSONSchemaPropsOrBool{Allows: true}},
						"c": {Type: "number", Minimum: to(0.5), Default: &apiextensions.JSON{Raw: []byte("1.5")}, Enum: []apiextensions.JSON{{Raw: []byte("1.5")}}},
						"d": {Type: "object", XPreserveUnknownFields: to(true)},
					}}}}}}},
	}
}

func main() {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, apps.AddToScheme, coordination.AddToScheme, discovery.AddToScheme, events.AddToScheme, apiextensions.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err)
		}
	}
	serializer := protobuf.NewSerializer(scheme, scheme)
	type pair struct {
		Body   string         `json:"body"`
		Object runtime.Object `json:"object"`
	}
	var pairs []pair
	for _, object := range objects() {
		kinds, _, err := scheme.ObjectKinds(object)
		if err != nil {
			panic(err)
		}
		kind := kinds[0]
		if kind.Kind == "DeleteOptions" {
			kind = schema.GroupVersionKind{Version: "v1", Kind: "DeleteOptions"}
		}
		object.GetObjectKind().SetGroupVersionKind(kind)
		var body bytes.Buffer
		if err := serializer.Encode(object, &body); err != nil {
			panic(err)
		}
		pairs = append(pairs, pair{base64.StdEncoding.EncodeToString(body.Bytes()), object})
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	if err := out.Encode(pairs); err != nil {
		panic(err)
	}
}
