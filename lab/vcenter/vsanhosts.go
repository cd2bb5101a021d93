package main

import (
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

func clusterConfig(c *simulator.ClusterComputeResource) *types.ClusterConfigInfoEx {
	return c.ConfigurationEx.(*types.ClusterConfigInfoEx)
}

// vsanStorage mounts the cluster's vSAN datastore on all of its hosts where vSAN is on, and on none where it is off.
func vsanStorage(ctx *simulator.Context, c *simulator.ClusterComputeResource) types.BaseMethodFault {
	config := clusterConfig(c).VsanConfigInfo
	if config.DefaultConfig == nil {
		config.DefaultConfig = new(types.VsanClusterConfigInfoHostDefaultInfo)
	}
	if config.DefaultConfig.Uuid == "" {
		config.DefaultConfig.Uuid = uuid.NewString()
	}
	for _, ref := range c.Host {
		h, ok := ctx.Map.Get(ref).(*simulator.HostSystem)
		if !ok {
			continue
		}
		if config.Enabled == nil || !*config.Enabled {
			leaveVsan(ctx, h)
			continue
		}
		if fault := mountVsan(ctx, c, h); fault != nil {
			return fault
		}
	}
	return nil
}

// mountVsan mounts the cluster's own vSAN datastore on a host that has not got it yet.
func mountVsan(ctx *simulator.Context, c *simulator.ClusterComputeResource, h *simulator.HostSystem) types.BaseMethodFault {
	if vsanStoreOf(ctx, h) != nil {
		return nil
	}
	directory := filepath.Join(os.TempDir(), "vsan-"+c.Self.Value)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return &types.HostConfigFault{}
	}
	store := newStore("vsanDatastore", directory, string(types.HostFileSystemVolumeFileSystemTypeVsan))
	store.Info = &types.VsanDatastoreInfo{
		DatastoreInfo: types.DatastoreInfo{Name: store.Name, Url: directory}, MembershipUuid: clusterConfig(c).VsanConfigInfo.DefaultConfig.Uuid,
	}
	_, fault := mount(ctx, datastoreSystemOf(ctx, h), store, types.HostMountInfo{})
	return fault
}

// leaveVsan takes a host out of vSAN; its last host takes the datastore along.
func leaveVsan(ctx *simulator.Context, h *simulator.HostSystem) {
	if store := vsanStoreOf(ctx, h); store != nil {
		(&datastoreSystem{HostDatastoreSystem: datastoreSystemOf(ctx, h)}).release(ctx, store)
	}
	showVsan(ctx, h, newVsanHost(h, new(types.VsanClusterConfigInfo), ""))
}

func datastoreSystemOf(ctx *simulator.Context, h *simulator.HostSystem) *simulator.HostDatastoreSystem {
	return ctx.Map.Get(*h.ConfigManager.DatastoreSystem).(*simulator.HostDatastoreSystem)
}

func vsanStoreOf(ctx *simulator.Context, h *simulator.HostSystem) *simulator.Datastore {
	for _, ref := range h.Datastore {
		if store, ok := ctx.Map.Get(ref).(*simulator.Datastore); ok && store.Summary.Type == string(types.HostFileSystemVolumeFileSystemTypeVsan) {
			return store
		}
	}
	return nil
}

// noteVsanHosts keeps the cluster's list of its hosts' vSAN configurations, which has every host, and what the hosts
// themselves tell. A host's fault domain stays as it is unless domains names another one.
func noteVsanHosts(ctx *simulator.Context, c *simulator.ClusterComputeResource, domains map[types.ManagedObjectReference]string) {
	config := *clusterConfig(c)
	known := make(map[types.ManagedObjectReference]string)
	for _, each := range config.VsanHostConfig {
		known[*each.HostSystem] = each.FaultDomainInfo.Name
	}
	config.VsanHostConfig = nil
	for _, ref := range c.Host {
		h, ok := ctx.Map.Get(ref).(*simulator.HostSystem)
		if !ok {
			continue
		}
		domain, given := domains[ref]
		if !given {
			domain = known[ref]
		}
		each := newVsanHost(h, config.VsanConfigInfo, domain)
		config.VsanHostConfig = append(config.VsanHostConfig, each)
		showVsan(ctx, h, each)
	}
	c.ConfigurationEx = &config
}

// newVsanHost is a host's part of a cluster's vSAN. Hosts in no fault domain have one without a name.
func newVsanHost(h *simulator.HostSystem, of *types.VsanClusterConfigInfo, domain string) types.VsanHostConfigInfo {
	ref := h.Self
	info := types.VsanHostConfigInfo{
		Enabled: types.NewBool(of.Enabled != nil && *of.Enabled), HostSystem: &ref,
		ClusterInfo: new(types.VsanHostConfigInfoClusterInfo), StorageInfo: new(types.VsanHostConfigInfoStorageInfo),
		NetworkInfo: new(types.VsanHostConfigInfoNetworkInfo), FaultDomainInfo: &types.VsanHostFaultDomainInfo{Name: domain},
		VsanEsaEnabled: of.VsanEsaEnabled,
	}
	if *info.Enabled {
		info.ClusterInfo.NodeUuid = h.Hardware.SystemInfo.Uuid
		info.ClusterInfo.Uuid = of.DefaultConfig.Uuid
	}
	return info
}

func showVsan(ctx *simulator.Context, h *simulator.HostSystem, info types.VsanHostConfigInfo) {
	if system, ok := ctx.Map.Get(*h.ConfigManager.VsanSystem).(*hostVsan); ok {
		info.StorageInfo = system.Config.StorageInfo
		system.Config = info
	}
	h.Config.VsanHostConfig = &info
}

// faultDomains are the fault domains that a spec puts a cluster's hosts into.
func faultDomains(c *simulator.ClusterComputeResource, specs []types.VsanHostConfigInfo) (map[types.ManagedObjectReference]string, types.BaseMethodFault) {
	domains := make(map[types.ManagedObjectReference]string)
	for _, spec := range specs {
		if spec.HostSystem == nil || !contains(c.Host, *spec.HostSystem) {
			return nil, &types.InvalidArgument{InvalidProperty: "vsanHostConfigSpec.hostSystem"}
		}
		if spec.FaultDomainInfo != nil {
			domains[*spec.HostSystem] = spec.FaultDomainInfo.Name
		}
	}
	return domains, nil
}
