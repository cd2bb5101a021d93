package main

import (
	"os"
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/fault"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func serviceContentOf(client *govmomi.Client) types.ServiceContent { return client.ServiceContent }

func TestNasDatastoreOnSeveralHosts(t *testing.T) {
	r := start(t)
	client := r.login()
	hosts, err := r.finder(client).HostSystemList(background, "esx0*")
	r.must(err)
	spec := types.HostNasVolumeSpec{RemoteHost: "nas.example", RemotePath: "/x", LocalPath: "nas", AccessMode: "readWrite", RemoteHostNames: []string{"nas.example", "nas2.example"}}
	var store *object.Datastore
	for i, host := range hosts[:2] {
		system, err := host.ConfigManager().DatastoreSystem(background)
		r.must(err)
		mounted, err := system.CreateNasDatastore(background, spec)
		r.must(err)
		if i == 1 && mounted.Reference() != store.Reference() {
			t.Errorf("mounted twice, the share is %s and %s", store.Reference(), mounted.Reference())
		}
		store = mounted
	}
	state := read[mo.Datastore](r, client, store)
	if len(state.Host) != 2 || len(state.Info.(*types.NasDatastoreInfo).Nas.RemoteHostNames) != 2 {
		t.Errorf("the datastore has mounts %v and is %+v", state.Host, state.Info)
	}
	for _, host := range hosts[:2] {
		system, err := host.ConfigManager().DatastoreSystem(background)
		r.must(err)
		r.must(system.Remove(background, store))
	}
	if client.RetrieveOne(background, store.Reference(), []string{"name"}, new(mo.Datastore)) == nil {
		t.Error("the datastore is in the inventory after its last host unmounted it")
	}
	if _, err := os.Stat(state.Summary.Url); !os.IsNotExist(err) {
		t.Errorf("its files are left behind: %v", err)
	}
}

func TestMachineKeepsNameAndSwapPlacement(t *testing.T) {
	r := start(t)
	client := r.login()
	machine, err := r.finder(client).VirtualMachine(background, "old-web-01")
	r.must(err)
	r.done(machine.Reconfigure(background, types.VirtualMachineConfigSpec{SwapPlacement: "hostLocal"}))
	r.done(machine.Rename(background, "older-web-01"))
	state := read[mo.VirtualMachine](r, client, machine)
	if state.Config.SwapPlacement != "hostLocal" {
		t.Errorf("swap placement is %q", state.Config.SwapPlacement)
	}
	if state.Name != "older-web-01" || state.Config.Name != "older-web-01" || state.Summary.Config.Name != "older-web-01" {
		t.Errorf("the names are %q, %q and %q", state.Name, state.Config.Name, state.Summary.Config.Name)
	}
}

func TestMachineKnowsItsHardwareVersion(t *testing.T) {
	r := start(t)
	client := r.login()
	machine, err := r.finder(client).VirtualMachine(background, "old-web-01")
	r.must(err)
	state := read[mo.VirtualMachine](r, client, machine, "environmentBrowser", "config.version")
	res, err := methods.QueryConfigOption(background, client, &types.QueryConfigOption{This: state.EnvironmentBrowser})
	r.must(err)
	now, err := types.ParseHardwareVersion(state.Config.Version)
	r.must(err)
	if res.Returnval.HardwareOptions.HwVersion != int32(now) {
		t.Errorf("the machine has %s, its config option says %d", state.Config.Version, res.Returnval.HardwareOptions.HwVersion)
	}
}

func TestDatastoreIsRenamedReleasedAndDestroyed(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	hosts, err := finder.HostSystemList(background, "esx0*")
	r.must(err)
	mountAll := func(name string) *object.Datastore {
		t.Helper()
		var store *object.Datastore
		for _, host := range hosts[:2] {
			system, err := host.ConfigManager().DatastoreSystem(background)
			r.must(err)
			store, err = system.CreateNasDatastore(background, types.HostNasVolumeSpec{RemoteHost: "nas", RemotePath: "/" + name, LocalPath: name, AccessMode: "readWrite"})
			r.must(err)
		}
		return store
	}
	store := mountAll("a")
	r.done(store.Rename(background, "b"))
	_, err = methods.RenameDatastore(background, client, &types.RenameDatastore{This: store.Reference(), NewName: "c"})
	r.must(err)
	if got := read[mo.Datastore](r, client, store); got.Name != "c" || got.Summary.Name != "c" || got.Info.GetDatastoreInfo().Name != "c" {
		t.Errorf("the datastore is %q, %q and %q", got.Name, got.Summary.Name, got.Info.GetDatastoreInfo().Name)
	}
	system, err := hosts[0].ConfigManager().DatastoreSystem(background)
	r.must(err)
	res, err := methods.RemoveDatastoreEx_Task(background, client, &types.RemoveDatastoreEx_Task{This: system.Reference(), Datastore: []types.ManagedObjectReference{store.Reference()}})
	r.must(err)
	r.done(object.NewTask(client.Client, res.Returnval), nil)
	if got := read[mo.Datastore](r, client, store, "host").Host; len(got) != 1 {
		t.Errorf("the datastore is mounted on %v, one of two hosts unmounted it", got)
	}
	other := mountAll("d")
	r.done(other.Destroy(background))
	if client.RetrieveOne(background, other.Reference(), []string{"name"}, new(mo.Datastore)) == nil {
		t.Error("the destroyed datastore is still there")
	}
	used, err := finder.Datastore(background, "gislaved-san-01")
	r.must(err)
	if task, err := used.Destroy(background); err != nil || task.Wait(background) == nil {
		t.Errorf("a datastore was destroyed that machines are on (%v)", err)
	}
}

func TestMachineIsUpgradedOnce(t *testing.T) {
	r := start(t)
	client := r.login()
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "old", NumCPUs: 1, MemoryMB: 512, Version: "vmx-19"})
	r.done(machine.UpgradeVM(background, "vmx-20"))
	if got := r.configOf(client, machine).Version; got != "vmx-20" {
		t.Errorf("the machine has hardware version %s", got)
	}
	task, err := machine.UpgradeVM(background, "vmx-20")
	r.must(err)
	var already *types.AlreadyUpgraded
	if _, ok := fault.As(task.Wait(background), &already); !ok {
		t.Error("an upgrade to what a machine has is not answered with AlreadyUpgraded")
	}
}
