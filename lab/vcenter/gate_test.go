package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vsan"
	vsanmethods "github.com/vmware/govmomi/vsan/methods"
	vsantypes "github.com/vmware/govmomi/vsan/types"
)

// TestBrokenRequestHangsNobody calls a method of the simulator that panics, twice: the first must not keep its lock.
func TestBrokenRequestHangsNobody(t *testing.T) {
	r := start(t)
	client := r.login()
	manager := serviceContentOf(client).CustomFieldsManager
	name := "a"
	made, err := methods.AddCustomFieldDef(background, client, &types.AddCustomFieldDef{This: *manager, Name: name})
	r.must(err)
	nobody := types.ManagedObjectReference{Type: "VirtualMachine", Value: "vm-none"}
	for range 2 {
		ctx, cancel := context.WithTimeout(background, 5*time.Second)
		defer cancel()
		_, err := methods.SetField(ctx, client, &types.SetField{This: *manager, Entity: nobody, Key: made.Returnval.Key, Value: "x"})
		if err == nil || ctx.Err() != nil {
			t.Fatalf("a field of an object that is not there was answered with %v (%v), not with a fault", err, ctx.Err())
		}
	}
}

func TestWaitEndsWithTheChange(t *testing.T) {
	r := start(t)
	client := r.login()
	machine, err := r.finder(client).VirtualMachine(background, "old-print-01")
	r.must(err)
	other := r.login()
	go func() {
		time.Sleep(200 * time.Millisecond)
		task, err := object.NewVirtualMachine(other.Client, machine.Reference()).PowerOff(background)
		if err == nil {
			_ = task.Wait(background)
		}
	}()
	ctx, cancel := context.WithTimeout(background, 10*time.Second)
	defer cancel()
	err = property.Wait(ctx, property.DefaultCollector(client.Client), machine.Reference(), []string{"runtime.powerState"},
		func(changes []types.PropertyChange) bool {
			return changes[0].Val == types.VirtualMachinePowerStatePoweredOff
		})
	if err != nil {
		t.Errorf("the wait for the machine to be off ended with %v", err)
	}
}

func TestStopLeavesNothing(t *testing.T) {
	r := start(t)
	r.close()
	if _, err := os.Stat(r.ready); !os.IsNotExist(err) {
		t.Errorf("the ready file is still there: %v", err)
	}
	if left, err := os.ReadDir(r.state); err != nil || len(left) != 0 {
		t.Errorf("the state directory holds %v (%v)", left, err)
	}
}

func TestOnlyLoopbackIsListenedOn(t *testing.T) {
	o := options{listen: "0.0.0.0:0", certificate: "c", key: "k", credentials: "x", ready: "r"}
	if o.check() == nil {
		t.Error("0.0.0.0 was accepted")
	}
	o.listen = "127.0.0.1:0"
	if err := o.check(); err != nil {
		t.Error(err)
	}
}

func TestStretchedClusterTellsItsWitness(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	cluster, err := finder.ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	folders, err := mustDatacenter(r, finder).Folders(background)
	r.must(err)
	alone, err := folders.HostFolder.CreateCluster(background, "witness", types.ClusterConfigSpecEx{})
	r.must(err)
	host := r.done(alone.AddHost(background, types.HostConnectSpec{HostName: "witness.example"}, true, nil, nil)).(types.ManagedObjectReference)
	health, err := vsan.NewClient(background, client.Client)
	r.must(err)
	witnesses := func() []vsantypes.VimClusterVSANWitnessHostInfo {
		res, err := vsanmethods.VSANVcGetWitnessHosts(background, health, &vsantypes.VSANVcGetWitnessHosts{
			This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(),
		})
		r.must(err)
		return res.Returnval
	}
	if found := witnesses(); len(found) != 0 {
		t.Errorf("a cluster that is not stretched has witnesses %v", found)
	}
	res, err := vsanmethods.VSANVcConvertToStretchedCluster(background, health, &vsantypes.VSANVcConvertToStretchedCluster{
		This: vsan.VsanVcStretchedClusterSystem, Cluster: cluster.Reference(), WitnessHost: host, PreferredFd: "dc1",
	})
	r.must(err)
	r.done(object.NewTask(client.Client, res.Returnval), nil)
	if found := witnesses(); len(found) != 1 || *found[0].Host != host {
		t.Errorf("the stretched cluster's witnesses are %v", found)
	}
}
