package main

import (
	"fmt"
	"log"
	"runtime/debug"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// watcher sees every object of the inventory come, change and go. It equips new objects with what stock vcsim leaves
// out, keeps references clean, and tells the gate about tasks.
type watcher struct{ vcenter *vcenter }

// Reference makes the watcher a simulator.RegisterObject.
func (w *watcher) Reference() types.ManagedObjectReference {
	return types.ManagedObjectReference{Type: "GgvvWatcher", Value: "watcher"}
}

// PutObject is called for each new object.
func (w *watcher) PutObject(ctx *simulator.Context, item mo.Reference) {
	switch object := item.(type) {
	case *simulator.Task:
		w.guard(object)
	case *simulator.HostSystem:
		equipHost(ctx, object)
	case *simulator.ClusterComputeResource:
		equipCluster(object)
	case *simulator.VirtualMachine:
		w.vcenter.fresh = with(w.vcenter.fresh, object.Self)
	}
}

// settle completes the machines that a writing request has made, when all else of it is done.
func (v *vcenter) settle() {
	for _, ref := range v.fresh {
		if machine, ok := v.registry().Get(ref).(*simulator.VirtualMachine); ok && machine.Config != nil {
			completeMachine(v.context, machine)
		}
	}
	v.fresh = nil
}

// UpdateObject is called after properties have changed.
func (w *watcher) UpdateObject(_ *simulator.Context, item mo.Reference, changes []types.PropertyChange) {
	if item.Reference().Type == "Task" {
		for _, change := range changes {
			if change.Name == "info.completeTime" {
				w.vcenter.gate.taskDone(item.Reference())
			}
		}
	}
}

// RemoveObject is called before an object goes.
func (w *watcher) RemoveObject(ctx *simulator.Context, ref types.ManagedObjectReference) {
	switch ref.Type {
	case "VirtualMachine":
		if machine, ok := w.vcenter.registry().Get(ref).(*simulator.VirtualMachine); ok {
			if _, own := w.vcenter.registry().Get(machine.EnvironmentBrowser).(*machineBrowser); own {
				w.vcenter.registry().Remove(ctx, machine.EnvironmentBrowser)
			}
		}
		noteNetworks(w.vcenter.registry(), ref, nil)
		forgetMember(w.vcenter.registry(), ref)
	case "HostSystem":
		forgetMember(w.vcenter.registry(), ref)
	}
}

// guard counts a task as running and turns a panic in it into the task's error.
func (w *watcher) guard(task *simulator.Task) {
	execute := task.Execute
	if execute == nil {
		return // a client's own task, which the client itself carries on
	}
	w.vcenter.gate.taskStarted(task.Self)
	after := w.vcenter.takeAfter()
	task.Execute = func(t *simulator.Task) (result types.AnyType, fault types.BaseMethodFault) {
		defer func() {
			if broken := recover(); broken != nil {
				log.Printf("task %s of %s: %v\n%s", t.Info.Name, t.Info.Entity, broken, debug.Stack())
				result, fault = nil, &types.SystemError{Reason: fmt.Sprint(broken)}
			}
		}()
		result, fault = execute(t)
		if fault == nil && after != nil {
			after(result)
		}
		return result, fault
	}
}

// afterTask calls a method of the simulator that starts a task, and has f run at the end of that task if it went well.
// Writing requests go one by one, so the next task to start is the one meant.
func (v *vcenter) afterTask(f func(types.AnyType), call func() soap.HasFault) soap.HasFault {
	v.after = f
	body := call()
	v.after = nil
	return body
}

func (v *vcenter) takeAfter() func(types.AnyType) {
	f := v.after
	v.after = nil
	return f
}
