package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// cluster keeps all of a cluster's configuration, can be destroyed, and keeps its hosts straight.
type cluster struct {
	*simulator.ClusterComputeResource
}

// equipCluster gives a new cluster the configuration that vCenter gives one.
func equipCluster(c *simulator.ClusterComputeResource) {
	config, ok := c.ConfigurationEx.(*types.ClusterConfigInfoEx)
	if !ok || config.DpmConfigInfo != nil {
		return
	}
	c.Summary.GetComputeResourceSummary().OverallStatus = types.ManagedEntityStatusGreen
	defaults := newClusterConfig()
	merge(defaults, config)
	c.ConfigurationEx = defaults
}

// ReconfigureComputeResourceTask takes over everything of the spec.
func (c *cluster) ReconfigureComputeResourceTask(ctx *simulator.Context, req *types.ReconfigureComputeResource_Task) soap.HasFault {
	ref := runTask(ctx, c, "reconfigureCluster", func() (types.AnyType, types.BaseMethodFault) {
		return nil, c.reconfigure(ctx, req.Spec)
	})
	return &methods.ReconfigureComputeResource_TaskBody{Res: &types.ReconfigureComputeResource_TaskResponse{Returnval: ref}}
}

// ReconfigureClusterTask is the older form of the same.
func (c *cluster) ReconfigureClusterTask(ctx *simulator.Context, req *types.ReconfigureCluster_Task) soap.HasFault {
	spec := &types.ClusterConfigSpecEx{
		DasConfig: req.Spec.DasConfig, DasVmConfigSpec: req.Spec.DasVmConfigSpec, DrsConfig: req.Spec.DrsConfig,
		DrsVmConfigSpec: req.Spec.DrsVmConfigSpec, RulesSpec: req.Spec.RulesSpec,
	}
	ref := runTask(ctx, c, "reconfigureCluster", func() (types.AnyType, types.BaseMethodFault) {
		return nil, c.reconfigure(ctx, spec)
	})
	return &methods.ReconfigureCluster_TaskBody{Res: &types.ReconfigureCluster_TaskResponse{Returnval: ref}}
}

func (c *cluster) reconfigure(ctx *simulator.Context, given types.BaseComputeResourceConfigSpec) types.BaseMethodFault {
	spec, ok := given.(*types.ClusterConfigSpecEx)
	if !ok {
		spec = &types.ClusterConfigSpecEx{ComputeResourceConfigSpec: *given.GetComputeResourceConfigSpec()}
	}
	next := *clusterConfig(c.ClusterComputeResource) // shallow: lists are replaced, never written in place
	if fault := applyClusterLists(&next, spec); fault != nil {
		return fault
	}
	domains, fault := faultDomains(c.ClusterComputeResource, spec.VsanHostConfigSpec)
	if fault != nil {
		return fault
	}
	mergeClusterSettings(&next, spec)
	c.ConfigurationEx = &next
	if spec.VsanConfig != nil {
		fault = vsanStorage(ctx, c.ClusterComputeResource)
	}
	noteVsanHosts(ctx, c.ClusterComputeResource, domains)
	return fault
}

// mergeClusterSettings takes over the settings that are set in the spec.
func mergeClusterSettings(config *types.ClusterConfigInfoEx, spec *types.ClusterConfigSpecEx) {
	fresh := newClusterConfig() // own pointers, so that the old configuration stays as it was
	merge(fresh, config)
	if das := spec.DasConfig; das != nil {
		if das.AdmissionControlPolicy != nil {
			fresh.DasConfig.AdmissionControlPolicy = nil // replaced as a whole
		}
		if das.HeartbeatDatastore == nil && das.HBDatastoreCandidatePolicy != "" {
			fresh.DasConfig.HeartbeatDatastore = nil
		}
		merge(&fresh.DasConfig, das)
	}
	if spec.DrsConfig != nil {
		merge(&fresh.DrsConfig, spec.DrsConfig)
	}
	for _, part := range []struct{ to, from any }{
		{fresh.DpmConfigInfo, spec.DpmConfig},
		{fresh.InfraUpdateHaConfig, spec.InfraUpdateHaConfig},
		{fresh.ProactiveDrsConfig, spec.ProactiveDrsConfig},
		{fresh.Orchestration, spec.Orchestration},
		{fresh.VsanConfigInfo, spec.VsanConfig},
	} {
		if !isNil(part.from) {
			merge(part.to, part.from)
		}
	}
	merge(&fresh.ComputeResourceConfigInfo, &spec.ComputeResourceConfigSpec)
	*config = *withLists(fresh, config)
}

// withLists gives the merged configuration the lists as they are, emptied ones too.
func withLists(fresh, lists *types.ClusterConfigInfoEx) *types.ClusterConfigInfoEx {
	fresh.Group, fresh.Rule = lists.Group, lists.Rule
	fresh.DasVmConfig, fresh.DrsVmConfig = lists.DasVmConfig, lists.DrsVmConfig
	fresh.DpmHostConfig, fresh.VmOrchestration = lists.DpmHostConfig, lists.VmOrchestration
	fresh.VsanHostConfig = lists.VsanHostConfig
	return fresh
}

// DestroyTask removes the cluster with its hosts and pools; virtual machines in it are in the way.
func (c *cluster) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	ref := runTask(ctx, c, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		return nil, destroyComputeResource(ctx, c.ClusterComputeResource, &c.ComputeResource)
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}

// computeResource is what a host that stands alone lies in. Stock vcsim has no methods for it at all.
type computeResource struct{ *mo.ComputeResource }

// ReconfigureComputeResourceTask takes over what the spec sets.
func (c *computeResource) ReconfigureComputeResourceTask(ctx *simulator.Context, req *types.ReconfigureComputeResource_Task) soap.HasFault {
	ref := runTask(ctx, c, "reconfigureComputeResource", func() (types.AnyType, types.BaseMethodFault) {
		merge(c.ConfigurationEx.GetComputeResourceConfigInfo(), req.Spec.GetComputeResourceConfigSpec())
		return nil, nil
	})
	return &methods.ReconfigureComputeResource_TaskBody{Res: &types.ReconfigureComputeResource_TaskResponse{Returnval: ref}}
}

// DestroyTask removes the host with what it lies in.
func (c *computeResource) DestroyTask(ctx *simulator.Context, _ *types.Destroy_Task) soap.HasFault {
	ref := runTask(ctx, c, "destroy", func() (types.AnyType, types.BaseMethodFault) {
		return nil, destroyComputeResource(ctx, c.ComputeResource, c.ComputeResource)
	})
	return &methods.Destroy_TaskBody{Res: &types.Destroy_TaskResponse{Returnval: ref}}
}

func destroyComputeResource(ctx *simulator.Context, entity mo.Entity, c *mo.ComputeResource) types.BaseMethodFault {
	for _, ref := range c.Host {
		if member, ok := ctx.Map.Get(ref).(*simulator.HostSystem); ok && len(member.Vm) != 0 {
			return &types.ResourceInUse{Type: "VirtualMachine", Name: member.Name}
		}
	}
	for _, ref := range append([]types.ManagedObjectReference(nil), c.Host...) {
		if member, ok := ctx.Map.Get(ref).(*simulator.HostSystem); ok {
			removeHost(ctx, member)
		}
	}
	removeComputeResource(ctx, entity, c)
	return nil
}

// removeComputeResource takes away what hosts lay in.
func removeComputeResource(ctx *simulator.Context, entity mo.Entity, c *mo.ComputeResource) {
	removePool(ctx, c.ResourcePool)
	if c.EnvironmentBrowser != nil {
		ctx.Map.Remove(ctx, *c.EnvironmentBrowser)
	}
	detach(ctx, entity)
}

// removePool removes a pool and those below it.
func removePool(ctx *simulator.Context, ref *types.ManagedObjectReference) {
	if ref == nil {
		return
	}
	if pool, ok := ctx.Map.Get(*ref).(*simulator.ResourcePool); ok {
		for i := range pool.ResourcePool.ResourcePool {
			removePool(ctx, &pool.ResourcePool.ResourcePool[i])
		}
	}
	ctx.Map.Remove(ctx, *ref)
}
