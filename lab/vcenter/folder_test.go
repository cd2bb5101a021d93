package main

import (
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func TestFolderTakesItsContentAlong(t *testing.T) {
	r := start(t)
	client := r.login()
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	outer, err := folders.VmFolder.CreateFolder(background, "outer")
	r.must(err)
	inner, err := outer.CreateFolder(background, "inner")
	r.must(err)
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "inside", NumCPUs: 1, MemoryMB: 512})
	r.done(inner.MoveInto(background, []types.ManagedObjectReference{machine.Reference()}))
	if parent := read[mo.VirtualMachine](r, client, machine, "parent").Parent; *parent != inner.Reference() {
		t.Errorf("the moved machine lies in %s", parent)
	}
	r.done(outer.Destroy(background))
	for _, gone := range []mo.Reference{outer, inner, machine} {
		if client.RetrieveOne(background, gone.Reference(), []string{"name"}, new(mo.ManagedEntity)) == nil {
			t.Errorf("%s is there after the folder around it was destroyed", gone.Reference())
		}
	}
}

func TestFolderWithARunningMachineIsNotDestroyed(t *testing.T) {
	r := start(t)
	client := r.login()
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	folder, err := folders.VmFolder.CreateFolder(background, "running")
	r.must(err)
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "inside", NumCPUs: 1, MemoryMB: 512})
	r.done(machine.PowerOn(background))
	r.done(folder.MoveInto(background, []types.ManagedObjectReference{machine.Reference()}))
	task, err := folder.Destroy(background)
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a folder was destroyed with a machine that runs in it")
	}
}

func TestNothingMovesToATakenName(t *testing.T) {
	r := start(t)
	client := r.login()
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	made := make(map[string]*object.Folder)
	for _, path := range []string{"a", "b"} {
		made[path], err = folders.VmFolder.CreateFolder(background, path)
		r.must(err)
		made[path+"/x"], err = made[path].CreateFolder(background, "x")
		r.must(err)
	}
	task, err := made["b"].MoveInto(background, []types.ManagedObjectReference{made["a/x"].Reference()})
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a folder has two children of one name")
	}
}

func TestDatastoreClusterIsDestroyed(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	folders, err := mustDatacenter(r, finder).Folders(background)
	r.must(err)
	pod, err := folders.DatastoreFolder.CreateStoragePod(background, "pod")
	r.must(err)
	store, err := finder.Datastore(background, "gislaved-san-01")
	r.must(err)
	r.done(pod.MoveInto(background, []types.ManagedObjectReference{store.Reference()}))
	task, err := pod.Destroy(background)
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a datastore cluster was destroyed with a datastore that machines use")
	}
	r.done(folders.DatastoreFolder.MoveInto(background, []types.ManagedObjectReference{store.Reference()}))
	r.done(pod.Destroy(background))
	if client.RetrieveOne(background, pod.Reference(), []string{"name"}, new(mo.StoragePod)) == nil {
		t.Error("the datastore cluster is still there")
	}
}
