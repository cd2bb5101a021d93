package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// host leaves no traces when it is removed, and changes states visibly.
type host struct{ *simulator.HostSystem }

// DestroyTask removes the host from the inventory.
func (h *host) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	ref := runTask(ctx, h, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		if len(h.Vm) != 0 {
			return nil, &types.ResourceInUse{Type: "HostSystem", Name: h.Name}
		}
		if h.Runtime.ConnectionState == types.HostSystemConnectionStateConnected && !h.Runtime.InMaintenanceMode &&
			h.Parent.Type == "ClusterComputeResource" {
			return nil, &types.InvalidState{}
		}
		removeHost(ctx, h.HostSystem)
		return nil, nil
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}

// setState changes the host's runtime state in a task.
func (h *host) setState(ctx *simulator.Context, name string, change func(*types.HostRuntimeInfo)) types.ManagedObjectReference {
	return runTask(ctx, h, name, func() (types.AnyType, types.BaseMethodFault) {
		change(&h.Runtime) // the summary shares it
		return nil, nil
	})
}

// EnterMaintenanceModeTask evacuates nothing: there is nothing to move, machines run on.
func (h *host) EnterMaintenanceModeTask(ctx *simulator.Context, _ *types.EnterMaintenanceMode_Task) soap.HasFault {
	ref := h.setState(ctx, "enterMaintenanceMode", func(r *types.HostRuntimeInfo) { r.InMaintenanceMode = true })
	return &methods.EnterMaintenanceMode_TaskBody{Res: &types.EnterMaintenanceMode_TaskResponse{Returnval: ref}}
}

// ExitMaintenanceModeTask ends maintenance.
func (h *host) ExitMaintenanceModeTask(ctx *simulator.Context, _ *types.ExitMaintenanceMode_Task) soap.HasFault {
	ref := h.setState(ctx, "exitMaintenanceMode", func(r *types.HostRuntimeInfo) { r.InMaintenanceMode = false })
	return &methods.ExitMaintenanceMode_TaskBody{Res: &types.ExitMaintenanceMode_TaskResponse{Returnval: ref}}
}

// DisconnectHostTask disconnects the host.
func (h *host) DisconnectHostTask(ctx *simulator.Context, _ *types.DisconnectHost_Task) soap.HasFault {
	ref := h.setState(ctx, "disconnectHost", func(r *types.HostRuntimeInfo) {
		r.ConnectionState = types.HostSystemConnectionStateDisconnected
	})
	return &methods.DisconnectHost_TaskBody{Res: &types.DisconnectHost_TaskResponse{Returnval: ref}}
}

// ReconnectHostTask connects the host again.
func (h *host) ReconnectHostTask(ctx *simulator.Context, _ *types.ReconnectHost_Task) soap.HasFault {
	ref := h.setState(ctx, "reconnectHost", func(r *types.HostRuntimeInfo) {
		r.ConnectionState = types.HostSystemConnectionStateConnected
	})
	return &methods.ReconnectHost_TaskBody{Res: &types.ReconnectHost_TaskResponse{Returnval: ref}}
}

// removeHost takes a host out of everything that names it.
func removeHost(ctx *simulator.Context, h *simulator.HostSystem) {
	leaveComputeResource(ctx, h)
	for _, ref := range h.Datastore {
		if store, ok := ctx.Map.Get(ref).(*simulator.Datastore); ok {
			unmount(store, h.Self)
		}
	}
	for _, entity := range ctx.Map.All("VmwareDistributedVirtualSwitch") {
		leaveSwitch(ctx, entity.(*simulator.DistributedVirtualSwitch), h.Self)
	}
	alone, _ := ctx.Map.Get(*h.Parent).(*mo.ComputeResource)
	for _, system := range hostSystems(h) {
		if system != nil {
			ctx.Map.Remove(ctx, *system)
		}
	}
	ctx.Map.Remove(ctx, h.Self)
	if alone != nil {
		removeComputeResource(ctx, alone, alone)
	}
}
