package main

import (
	"testing"

	"github.com/vmware/govmomi/object"
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
