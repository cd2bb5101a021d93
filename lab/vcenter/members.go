package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// newHost adds a host that stands alone in a folder of hosts: every host begins that way.
func newHost(ctx *simulator.Context, in *simulator.Folder, spec types.HostConnectSpec, connected bool, license string) (*simulator.HostSystem, types.BaseMethodFault) {
	for _, entity := range ctx.Map.All("HostSystem") {
		if known := entity.(*simulator.HostSystem); known.Name == spec.HostName {
			return nil, &types.AlreadyConnected{Name: known.Name}
		}
	}
	if license != "" && !knownLicense(ctx, license) {
		return nil, &types.InvalidLicense{LicenseContent: license}
	}
	spec.UserName = "" // the simulator takes it for the name of a host to copy
	h, fault := simulator.CreateStandaloneHost(ctx, in, spec)
	if fault != nil {
		return nil, fault
	}
	if connected {
		h.Runtime.ConnectionState = types.HostSystemConnectionStateConnected
	}
	if license != "" {
		assign(ctx, h.Self, license)
	}
	return h, nil
}

// AddStandaloneHostTask adds a host that lies in no cluster. The result is what it lies in, as in vCenter.
func (f *folder) AddStandaloneHostTask(ctx *simulator.Context, req *types.AddStandaloneHost_Task) soap.HasFault {
	ref := runTask(ctx, f, "addStandaloneHost", func() (types.AnyType, types.BaseMethodFault) {
		h, fault := newHost(ctx, f.Folder, req.Spec, req.AddConnected, req.License)
		if fault != nil {
			return nil, fault
		}
		return *h.Parent, nil
	})
	return &methods.AddStandaloneHost_TaskBody{Res: &types.AddStandaloneHost_TaskResponse{Returnval: ref}}
}

// AddHostTask adds a new host to the cluster.
func (c *cluster) AddHostTask(ctx *simulator.Context, req *types.AddHost_Task) soap.HasFault {
	ref := runTask(ctx, c, "addHost", func() (types.AnyType, types.BaseMethodFault) {
		datacenter := ancestor(ctx.Map, c.ClusterComputeResource, "Datacenter").(*simulator.Datacenter)
		hosts := ctx.Map.Get(datacenter.HostFolder).(*simulator.Folder)
		h, fault := newHost(ctx, hosts, req.Spec, req.AsConnected, req.License)
		if fault != nil {
			return nil, fault
		}
		return h.Self, c.take(ctx, h)
	})
	return &methods.AddHost_TaskBody{Res: &types.AddHost_TaskResponse{Returnval: ref}}
}

// MoveIntoTask moves hosts into the cluster, from another one or from standing alone.
func (c *cluster) MoveIntoTask(ctx *simulator.Context, req *types.MoveInto_Task) soap.HasFault {
	ref := runTask(ctx, c, "moveInto", func() (types.AnyType, types.BaseMethodFault) {
		for _, ref := range req.Host {
			if fault := c.takeByReference(ctx, ref); fault != nil {
				return nil, fault
			}
		}
		return nil, nil
	})
	return &methods.MoveInto_TaskBody{Res: &types.MoveInto_TaskResponse{Returnval: ref}}
}

// MoveHostIntoTask is MoveIntoTask for one host.
func (c *cluster) MoveHostIntoTask(ctx *simulator.Context, req *types.MoveHostInto_Task) soap.HasFault {
	ref := runTask(ctx, c, "moveHostInto", func() (types.AnyType, types.BaseMethodFault) {
		return nil, c.takeByReference(ctx, req.Host)
	})
	return &methods.MoveHostInto_TaskBody{Res: &types.MoveHostInto_TaskResponse{Returnval: ref}}
}

func (c *cluster) takeByReference(ctx *simulator.Context, ref types.ManagedObjectReference) types.BaseMethodFault {
	moved, ok := ctx.Map.Get(ref).(*simulator.HostSystem)
	if !ok {
		return &types.ManagedObjectNotFound{Obj: ref}
	}
	return c.take(ctx, moved)
}

// take makes a host one of the cluster's.
func (c *cluster) take(ctx *simulator.Context, moved *simulator.HostSystem) types.BaseMethodFault {
	if *moved.Parent == c.Self {
		return &types.DuplicateName{Name: moved.Name, Object: moved.Self}
	}
	if moved.Parent.Type == "ClusterComputeResource" && !moved.Runtime.InMaintenanceMode {
		return new(types.InvalidState)
	}
	alone, _ := ctx.Map.Get(*moved.Parent).(*mo.ComputeResource)
	leaveComputeResource(ctx, moved)
	joinComputeResource(ctx, &c.ComputeResource, moved)
	if alone != nil {
		removeComputeResource(ctx, alone, alone)
	}
	if fault := vsanStorage(ctx, c.ClusterComputeResource); fault != nil {
		return fault
	}
	noteVsanHosts(ctx, c.ClusterComputeResource, nil)
	return nil
}

// standAlone makes a cluster's host one that stands alone in this folder.
func (f *folder) standAlone(ctx *simulator.Context, h *simulator.HostSystem) types.BaseMethodFault {
	if !h.Runtime.InMaintenanceMode {
		return new(types.InvalidState)
	}
	before := computeResourceOf(ctx, h)
	leaveComputeResource(ctx, h)
	alone := &mo.ComputeResource{
		ConfigurationEx:    &types.ComputeResourceConfigInfo{VmSwapPlacement: "vmDirectory"},
		Summary:            &types.ComputeResourceSummary{OverallStatus: types.ManagedEntityStatusGreen},
		EnvironmentBrowser: newBrowser(ctx),
	}
	alone.Name, alone.Network = h.Name, before.Network
	alone.Self.Type = "ComputeResource"
	ctx.Map.NewEntity(alone)
	pool := simulator.NewResourcePool(ctx)
	ctx.Map.PutEntity(alone, ctx.Map.NewEntity(pool))
	pool.Owner, alone.ResourcePool = alone.Self, &pool.Self
	f.ChildEntity = with(f.ChildEntity, alone.Self)
	ctx.Map.PutEntity(f.Folder, alone)
	joinComputeResource(ctx, alone, h)
	return nil
}

// leaveComputeResource takes a host off the list and the sums of what it lies in.
func leaveComputeResource(ctx *simulator.Context, h *simulator.HostSystem) {
	parent := computeResourceOf(ctx, h)
	if parent == nil {
		return
	}
	leaveVsan(ctx, h)
	parent.Host = without(parent.Host, h.Self)
	count(parent.Summary.GetComputeResourceSummary(), h, -1)
	leaveBrowser(ctx, parent, h.Self)
	mergeHostDatastores(ctx, parent)
	if of, ok := ctx.Map.Get(*h.Parent).(*simulator.ClusterComputeResource); ok {
		noteVsanHosts(ctx, of, nil)
	}
}

// joinComputeResource puts a host under another compute resource, its machines into that one's root pool.
func joinComputeResource(ctx *simulator.Context, parent *mo.ComputeResource, h *simulator.HostSystem) {
	parent.Host = with(parent.Host, h.Self)
	ref := parent.Self
	h.Parent = &ref
	count(parent.Summary.GetComputeResourceSummary(), h, 1)
	joinBrowser(ctx, parent, h.Self)
	mergeHostDatastores(ctx, parent)
	for _, network := range h.Network {
		parent.Network = with(parent.Network, network)
	}
	root := &resourcePool{ctx.Map.Get(*parent.ResourcePool).(*simulator.ResourcePool)}
	for _, ref := range h.Vm {
		if machine, ok := ctx.Map.Get(ref).(*simulator.VirtualMachine); ok {
			root.takeMachine(ctx, machine)
		}
	}
}

func count(sum *types.ComputeResourceSummary, h *simulator.HostSystem, sign int32) {
	hardware := h.Summary.Hardware
	sum.TotalCpu += sign * hardware.CpuMhz
	sum.EffectiveCpu += sign * hardware.CpuMhz
	sum.TotalMemory += int64(sign) * hardware.MemorySize
	sum.EffectiveMemory += int64(sign) * hardware.MemorySize
	sum.NumCpuCores += int16(sign) * hardware.NumCpuCores
	sum.NumCpuThreads += int16(sign) * hardware.NumCpuThreads
	sum.NumHosts += sign
	sum.NumEffectiveHosts += sign
}

func computeResourceOf(ctx *simulator.Context, h *simulator.HostSystem) *mo.ComputeResource {
	if h.Parent == nil {
		return nil
	}
	switch parent := ctx.Map.Get(*h.Parent).(type) {
	case *mo.ComputeResource:
		return parent
	case *simulator.ClusterComputeResource:
		return &parent.ComputeResource
	}
	return nil
}

// mergeHostDatastores makes a compute resource's datastores those of its hosts.
func mergeHostDatastores(ctx *simulator.Context, c *mo.ComputeResource) {
	var all []types.ManagedObjectReference
	for _, ref := range c.Host {
		if member, ok := ctx.Map.Get(ref).(*simulator.HostSystem); ok {
			for _, store := range member.Datastore {
				all = with(all, store)
			}
		}
	}
	c.Datastore = all
}
