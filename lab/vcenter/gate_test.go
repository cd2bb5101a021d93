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
