package main

import (
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// The patch in patches/ makes the lookup of names faster; every name of the provider must still be found.
func TestEveryNameIsFoundAgain(t *testing.T) {
	info := provider()
	count := 0
	info.P.ResourcesMap().Range(func(token string, resource shim.Resource) bool {
		count += checkNames(t, token, resource.Schema(), info.Resources[token].Fields)
		return true
	})
	info.P.DataSourcesMap().Range(func(token string, source shim.Resource) bool {
		count += checkNames(t, token, source.Schema(), info.DataSources[token].Fields)
		return true
	})
	if count < 800 {
		t.Errorf("only %d names were checked, release 2.1.1 of the provider has 863", count)
	}
}

// checkNames turns each name of the schema, and of those nested in it, into the Pulumi name and back; it returns how many.
func checkNames(t *testing.T, where string, schema shim.SchemaMap, fields map[string]*tfbridge.SchemaInfo) int {
	t.Helper()
	count := 0
	schema.Range(func(name string, property shim.Schema) bool {
		count++
		pulumiName := tfbridge.TerraformToPulumiNameV2(name, schema, fields)
		if back := tfbridge.PulumiToTerraformName(pulumiName, schema, fields); back != name {
			t.Errorf("%s: %s is %s in Pulumi, which was taken for %s", where, name, pulumiName, back)
		}
		if nested, ok := property.Elem().(shim.Resource); ok {
			count += checkNames(t, where+"."+name, nested.Schema(), nil)
		}
		return true
	})
	return count
}

func TestNamesOutsideOfTheSchemaGetTheStandardForm(t *testing.T) {
	schema := provider().P.ResourcesMap().Get("vsphere_virtual_machine").Schema()
	for name, want := range map[string]string{
		"id":          "id",
		"__defaults":  "__defaults",
		"notInSchema": "not_in_schema",
		"notInTheres": "not_in_theres",
	} {
		if got := tfbridge.PulumiToTerraformName(name, schema, nil); got != want {
			t.Errorf("%s became %s, want %s", name, got, want)
		}
	}
}

func BenchmarkNames(b *testing.B) {
	schema := provider().P.ResourcesMap().Get("vsphere_virtual_machine").Schema()
	for _, name := range []string{"guestId", "networkInterfaces", "id"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				tfbridge.PulumiToTerraformName(name, schema, nil)
			}
		})
	}
}

// The SDK asks for resources by these tokens; they must not change with a new version of the bridge.
func TestTokensAreThoseOfTheSDK(t *testing.T) {
	info := provider()
	for terraform, want := range map[string]string{
		"vsphere_virtual_machine":          "vsphere:index/virtualMachine:VirtualMachine",
		"vsphere_compute_cluster":          "vsphere:index/computeCluster:ComputeCluster",
		"vsphere_distributed_port_group":   "vsphere:index/distributedPortGroup:DistributedPortGroup",
		"vsphere_compute_cluster_vm_group": "vsphere:index/computeClusterVmGroup:ComputeClusterVmGroup",
	} {
		if got := string(info.Resources[terraform].Tok); got != want {
			t.Errorf("%s is %s, want %s", terraform, got, want)
		}
	}
	if got := string(info.DataSources["vsphere_storage_policy"].Tok); got != "vsphere:index/getPolicy:getPolicy" {
		t.Errorf("vsphere_storage_policy is %s", got)
	}
}
