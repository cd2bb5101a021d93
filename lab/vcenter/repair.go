package main

import (
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// handler is asked by the simulator which object answers a call. For types with repairs it is a wrapper: it embeds the
// stock object, so it has all of its methods, and replaces or adds the ones that vcsim gets wrong or has not got.
func (v *vcenter) handler(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	if !readers[method.Name] {
		v.gate.caller, v.gate.called = ctx, method.This
	}
	if ctx.Map != v.registry() {
		return nil, nil
	}
	if ctx.Session == nil {
		if method.Name == "LoginByToken" || method.Name == "LoginExtensionByCertificate" {
			return &sessionManager{v.registry().SessionManager()}, nil
		}
		return nil, nil
	}
	object := lookUp(ctx.Map, method.This)
	if object == nil {
		return nil, nil
	}
	repaired := v.repaired(object)
	if repaired == nil {
		method.This = object.Reference() // it may have been named by a base type
		return nil, nil
	}
	// A session prefers the registered object over the one returned here, so the call must name one it can't find.
	method.This.Value = "repaired/" + method.This.Value
	return repaired, nil
}

// repaired wraps an object that has repairs; nil for one that hasn't.
func (v *vcenter) repaired(object mo.Reference) mo.Reference {
	switch x := object.(type) {
	case *simulator.AuthorizationManager:
		return &authorization{x, v}
	case *simulator.ClusterComputeResource:
		return &cluster{x}
	case *mo.ComputeResource:
		return &computeResource{x}
	case *simulator.Datastore:
		return &datastore{x}
	case *simulator.DistributedVirtualPortgroup:
		return &portgroup{x}
	case *simulator.DistributedVirtualSwitch:
		return &distributedSwitch{x}
	case *simulator.DistributedVirtualSwitchManager:
		return &switchManager{x}
	case *simulator.EnvironmentBrowser:
		return &environmentBrowser{x}
	case *simulator.Folder:
		return &folder{x, v}
	case *simulator.HostDatastoreSystem:
		return &datastoreSystem{x, v}
	case *simulator.HostSystem:
		return &host{x}
	case *simulator.HostVirtualNicManager:
		return &virtualNicManager{x}
	case *simulator.ResourcePool:
		return &resourcePool{x}
	case *simulator.StoragePod:
		return &storagePod{x, v}
	case *simulator.VirtualMachine:
		return &virtualMachine{x, v}
	}
	return nil
}

// derived lists, for a base type, the types an object named by it can really have.
var derived = map[string][]string{
	"ComputeResource":          {"ClusterComputeResource"},
	"DistributedVirtualSwitch": {"VmwareDistributedVirtualSwitch"},
	"Network":                  {"DistributedVirtualPortgroup", "OpaqueNetwork"},
	"Folder":                   {"StoragePod"},
	"ResourcePool":             {"VirtualApp"},
	"ManagedEntity": {
		"ClusterComputeResource", "ComputeResource", "Datacenter", "Datastore", "DistributedVirtualPortgroup", "Folder", "HostSystem", "Network",
		"OpaqueNetwork", "ResourcePool", "StoragePod", "VirtualApp", "VirtualMachine", "VmwareDistributedVirtualSwitch",
	},
}

// lookUp returns the object that ref names. As in vCenter the id counts: a base type's name will do as well.
func lookUp(registry *simulator.Registry, ref types.ManagedObjectReference) mo.Reference {
	if object := registry.Get(ref); object != nil {
		return object
	}
	for _, kind := range derived[ref.Type] {
		if object := registry.Get(types.ManagedObjectReference{Type: kind, Value: ref.Value}); object != nil {
			return object
		}
	}
	return nil
}

// runTask runs f as a task of the object and returns the task's reference.
//
// The simulator can't note a task at a VmwareDistributedVirtualSwitch (its Go type is that of the base type), so such a
// task starts under the base type's name, where nothing is found to note it at, and gets the right one when it runs.
func runTask(ctx *simulator.Context, of mo.Reference, name string, f func() (types.AnyType, types.BaseMethodFault)) types.ManagedObjectReference {
	ref := of.Reference()
	under := ref
	under.Type = strings.TrimPrefix(under.Type, "Vmware")
	return simulator.CreateTask(under, name, func(t *simulator.Task) (types.AnyType, types.BaseMethodFault) {
		t.Info.Entity = &ref
		return f()
	}).Run(ctx)
}

// ancestor is the nearest object of the kind above the entity, or nil.
func ancestor(registry *simulator.Registry, entity mo.Entity, kinds ...string) mo.Entity {
	for {
		parent := entity.Entity().Parent
		if parent == nil {
			return nil
		}
		above, ok := registry.Get(*parent).(mo.Entity)
		if !ok {
			return nil
		}
		if strings.Contains(" "+strings.Join(kinds, " ")+" ", " "+parent.Type+" ") {
			return above
		}
		entity = above
	}
}

// without returns the references but the given one, in a new slice.
func without(refs []types.ManagedObjectReference, ref types.ManagedObjectReference) []types.ManagedObjectReference {
	kept := make([]types.ManagedObjectReference, 0, len(refs))
	for _, each := range refs {
		if each != ref {
			kept = append(kept, each)
		}
	}
	return kept
}

// with returns the references and the given one, which is not put in twice, in a new slice.
func with(refs []types.ManagedObjectReference, ref types.ManagedObjectReference) []types.ManagedObjectReference {
	return append(without(refs, ref), ref)
}

// contains says whether ref is one of refs.
func contains(refs []types.ManagedObjectReference, ref types.ManagedObjectReference) bool {
	return simulator.FindReference(refs, ref) != nil
}

// detach takes the entity out of its folder, its datacenter and the inventory.
func detach(ctx *simulator.Context, entity mo.Entity) {
	ref, parent := entity.Reference(), entity.Entity().Parent
	datacenter, _ := ancestor(ctx.Map, entity, "Datacenter").(*simulator.Datacenter)
	ctx.Map.Remove(ctx, ref)
	if parent != nil {
		if folder, ok := ctx.Map.Get(*parent).(*simulator.Folder); ok {
			folder.ChildEntity = without(folder.ChildEntity, ref)
		}
	}
	if datacenter != nil {
		datacenter.Network = without(datacenter.Network, ref)
		datacenter.Datastore = without(datacenter.Datastore, ref)
	}
}
