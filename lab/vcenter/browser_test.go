package main

import (
	"testing"

	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func TestBrowsersTellHardwareVersions(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "old", NumCPUs: 1, MemoryMB: 512, Version: "vmx-19"})
	ofCluster := *read[mo.ComputeResource](r, client, cluster, "environmentBrowser").EnvironmentBrowser
	ofMachine := read[mo.VirtualMachine](r, client, machine, "environmentBrowser").EnvironmentBrowser
	for what, asked := range map[string]struct {
		browser     types.ManagedObjectReference
		key, wanted string
	}{
		"the newest on the cluster":  {ofCluster, "", "vmx-21"},
		"an older one there":         {ofCluster, "vmx-17", "vmx-17"},
		"the machine's own":          {ofMachine, "", "vmx-19"},
		"another one at the machine": {ofMachine, "vmx-20", "vmx-20"},
	} {
		plain, err := methods.QueryConfigOption(background, client, &types.QueryConfigOption{This: asked.browser, Key: asked.key})
		r.must(err)
		request := &types.QueryConfigOptionEx{This: asked.browser}
		if asked.key != "" {
			request.Spec = &types.EnvironmentBrowserConfigOptionQuerySpec{Key: asked.key}
		}
		newer, err := methods.QueryConfigOptionEx(background, client, request)
		r.must(err)
		if plain.Returnval.Version != asked.wanted || newer.Returnval.Version != asked.wanted {
			t.Errorf("%s is %s, and by the newer call %s, not %s", what, plain.Returnval.Version, newer.Returnval.Version, asked.wanted)
		}
		if len(newer.Returnval.GuestOSDescriptor) == 0 {
			t.Errorf("%s: no guest systems are told, which clients need to customize one", what)
		}
	}
	for what, browser := range map[string]types.ManagedObjectReference{"cluster": ofCluster, "machine": ofMachine} {
		if res, err := methods.QueryConfigOptionDescriptor(background, client, &types.QueryConfigOptionDescriptor{This: browser}); err != nil || len(res.Returnval) == 0 {
			t.Errorf("the %s's browser tells no versions (%v)", what, err)
		}
		if res, err := methods.QueryConfigTarget(background, client, &types.QueryConfigTarget{This: browser}); err != nil || len(res.Returnval.Datastore) == 0 {
			t.Errorf("the %s's browser tells no datastores (%v)", what, err)
		}
	}
}
