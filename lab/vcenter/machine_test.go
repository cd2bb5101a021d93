package main

import (
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// Two machines with the same file path, one after the other or in two datacenters, are two machines with two ids.
func TestMachinesOfOneNameHaveIDsOfTheirOwn(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	pool, err := finder.ResourcePool(background, "gislaved-prod/Resources")
	r.must(err)
	datacenter, err := finder.DefaultDatacenter(background)
	r.must(err)
	folders, err := datacenter.Folders(background)
	r.must(err)
	spec := types.VirtualMachineConfigSpec{
		Name: "twin", NumCPUs: 1, MemoryMB: 512, GuestId: "debian11_64Guest",
		Files: &types.VirtualMachineFileInfo{VmPathName: "[gislaved-san-01]"},
	}
	seen := map[string]bool{}
	for range 2 {
		task, err := folders.VmFolder.CreateVM(background, spec, pool, nil)
		r.must(err)
		info, err := task.WaitForResult(background)
		r.must(err)
		machine := object.NewVirtualMachine(client.Client, info.Result.(types.ManagedObjectReference))
		id := machine.UUID(background)
		if id == "" || seen[id] {
			t.Fatalf("the machine has id %q, seen before: %v", id, seen)
		}
		seen[id] = true
		r.done(machine.Destroy(background))
	}
}

func TestClonesAndRegisteredMachinesAreComplete(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	folders, err := mustDatacenter(r, finder).Folders(background)
	r.must(err)
	pool, err := finder.ResourcePool(background, "gislaved-prod/Resources")
	r.must(err)
	original := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "original", NumCPUs: 1, MemoryMB: 512, DeviceChange: devices()})
	place := types.VirtualMachineRelocateSpec{Pool: types.NewReference(pool.Reference())}
	clone := r.done(original.Clone(background, folders.VmFolder, "clone", types.VirtualMachineCloneSpec{Location: place})).(types.ManagedObjectReference)
	path := r.configOf(client, clone).Files.VmPathName
	complete := func(what string, of mo.Reference) {
		t.Helper()
		state := read[mo.VirtualMachine](r, client, of, "runtime", "environmentBrowser", "config.version")
		if state.Runtime.FaultToleranceState == "" || state.Runtime.RecordReplayState == "" {
			t.Errorf("%s has states without a value: %+v", what, state.Runtime)
		}
		res, err := methods.QueryConfigOption(background, client, &types.QueryConfigOption{This: state.EnvironmentBrowser})
		r.must(err)
		if res.Returnval.Version != state.Config.Version {
			t.Errorf("%s has %s, its config option is for %s", what, state.Config.Version, res.Returnval.Version)
		}
	}
	complete("the clone", clone)
	if original, clone := r.configOf(client, original), r.configOf(client, clone); original.Uuid == clone.Uuid || original.InstanceUuid == clone.InstanceUuid {
		t.Errorf("the clone has ids %s and %s of its original", clone.Uuid, clone.InstanceUuid)
	}
	r.must(object.NewVirtualMachine(client.Client, clone).Unregister(background))
	again := r.done(folders.VmFolder.RegisterVM(background, path, "clone", false, pool, nil)).(types.ManagedObjectReference)
	complete("the registered machine", again)
}

func TestNetworksKnowTheMachinesOnThem(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	on := gislavedSwitch(r, client)
	r.done(on.AddPortgroup(background, []types.DVPortgroupConfigSpec{{Name: "one", Type: "earlyBinding"}, {Name: "two", Type: "earlyBinding"}}))
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "carded", NumCPUs: 1, MemoryMB: 512})
	groups := make(map[string]object.NetworkReference)
	backings := make(map[string]types.BaseVirtualDeviceBackingInfo)
	var err error
	for _, name := range []string{"one", "two"} {
		groups[name], err = finder.Network(background, name)
		r.must(err)
		backings[name], err = groups[name].EthernetCardBackingInfo(background)
		r.must(err)
	}
	check := func(when string, one, two, networks int) {
		t.Helper()
		for name, wanted := range map[string]int{"one": one, "two": two} {
			if got := read[mo.DistributedVirtualPortgroup](r, client, groups[name], "vm").Vm; len(got) != wanted {
				t.Errorf("%s: network %s has machines %v, not %d", when, name, got, wanted)
			}
		}
		if got := read[mo.VirtualMachine](r, client, machine, "network").Network; len(got) != networks {
			t.Errorf("%s: the machine is on networks %v, not on %d", when, got, networks)
		}
	}
	card, err := object.EthernetCardTypes().CreateEthernetCard("vmxnet3", backings["one"])
	r.must(err)
	r.must(machine.AddDevice(background, card))
	check("with a card in the first", 1, 0, 1)
	devices, err := machine.Device(background)
	r.must(err)
	added := devices.SelectByType(new(types.VirtualVmxnet3))[0]
	added.GetVirtualDevice().Backing = backings["two"]
	r.must(machine.EditDevice(background, added))
	check("with the card moved to the second", 0, 1, 1)
	r.must(machine.RemoveDevice(background, false, added))
	check("without the card", 0, 0, 0)
	r.must(machine.AddDevice(background, card))
	r.done(machine.Destroy(background))
	if got := read[mo.DistributedVirtualPortgroup](r, client, groups["one"], "vm").Vm; len(got) != 0 {
		t.Errorf("the network has machines %v, its only one was destroyed", got)
	}
}
