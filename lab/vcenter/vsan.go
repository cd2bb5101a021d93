package main

import (
	"os"
	"path/filepath"
	"reflect"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vsan"
	vsanmethods "github.com/vmware/govmomi/vsan/methods"
	vsantypes "github.com/vmware/govmomi/vsan/types"
)

// vsanStorage turns a cluster's vSAN datastore on; off, the datastore stays until it is removed.
func vsanStorage(ctx *simulator.Context, c *simulator.ClusterComputeResource, config *types.VsanClusterConfigInfo) types.BaseMethodFault {
	if config.DefaultConfig == nil {
		config.DefaultConfig = new(types.VsanClusterConfigInfoHostDefaultInfo)
	}
	if config.DefaultConfig.Uuid == "" {
		config.DefaultConfig.Uuid = uuid.NewString()
	}
	if config.Enabled == nil || !*config.Enabled {
		return nil
	}
	for _, ref := range c.Host {
		h, ok := ctx.Map.Get(ref).(*simulator.HostSystem)
		if !ok {
			continue
		}
		system := ctx.Map.Get(*h.ConfigManager.DatastoreSystem).(*simulator.HostDatastoreSystem)
		if fault := mountVsan(ctx, c, system); fault != nil {
			return fault
		}
	}
	return nil
}

// mountVsan mounts the cluster's own vSAN datastore on a host.
func mountVsan(ctx *simulator.Context, c *simulator.ClusterComputeResource, system *simulator.HostDatastoreSystem) types.BaseMethodFault {
	directory := filepath.Join(os.TempDir(), "vsan-"+c.Self.Value)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return &types.HostConfigFault{}
	}
	store := newStore("vsanDatastore", directory, string(types.HostFileSystemVolumeFileSystemTypeVsan))
	store.Info = &types.VsanDatastoreInfo{DatastoreInfo: types.DatastoreInfo{Name: store.Name, Url: directory}, MembershipUuid: uuid.NewString()}
	_, fault := mount(ctx, system, store, types.HostMountInfo{})
	return fault
}

// vsanClusterConfig is vCenter's vSAN cluster configuration system, for every cluster.
type vsanClusterConfig struct {
	types.ManagedObjectReference
	vcenter *vcenter
	extra   map[types.ManagedObjectReference]*vsantypes.VsanConfigInfoEx
}

func init() {
	// The same name means another Go type in vim25; the decoder panics when it puts that into a vSAN spec.
	types.Add(vsan.Namespace+":VsanClusterConfigInfo", reflect.TypeFor[vsantypes.VsanClusterConfigInfo]())
}

// newVsan is the registry behind /vsanHealth.
func newVsan(v *vcenter) *simulator.Registry {
	registry := simulator.NewRegistry()
	registry.Namespace, registry.Path = vsan.Namespace, vsan.Path
	registry.Put(&vsanClusterConfig{vsan.VsanVcClusterConfigSystemInstance, v, make(map[types.ManagedObjectReference]*vsantypes.VsanConfigInfoEx)})
	registry.Put(&vsanStretched{vsan.VsanVcStretchedClusterSystem, v, make(map[types.ManagedObjectReference]stretch)})
	return registry
}

func (v *vcenter) cluster(ref types.ManagedObjectReference) (*simulator.ClusterComputeResource, *soap.Fault) {
	found, ok := lookUp(v.registry(), ref).(*simulator.ClusterComputeResource)
	if !ok {
		return nil, simulator.Fault("", &types.ManagedObjectNotFound{Obj: ref})
	}
	return found, nil
}

func (s *vsanClusterConfig) info(c *simulator.ClusterComputeResource) *vsantypes.VsanConfigInfoEx {
	info := s.extra[c.Self]
	if info == nil {
		info = &vsantypes.VsanConfigInfoEx{
			UnmapConfig:          &vsantypes.VsanUnmapConfig{},
			DataEfficiencyConfig: &vsantypes.VsanDataEfficiencyConfig{},
			DataEncryptionConfig: &vsantypes.VsanDataEncryptionConfig{},
			DataInTransitEncryptionConfig: &vsantypes.VsanDataInTransitEncryptionConfig{
				Enabled: types.NewBool(false),
			},
			PerfsvcConfig:  &vsantypes.VsanPerfsvcConfig{},
			ExtendedConfig: &vsantypes.VsanExtendedConfig{},
		}
		s.extra[c.Self] = info
	}
	if config := c.ConfigurationEx.(*types.ClusterConfigInfoEx).VsanConfigInfo; config != nil {
		info.VsanClusterConfigInfo = vsantypes.VsanClusterConfigInfo(*config)
	}
	return info
}

// VsanClusterGetConfig tells a cluster's vSAN configuration, one that has vSAN off as well.
func (s *vsanClusterConfig) VsanClusterGetConfig(_ *simulator.Context, req *vsantypes.VsanClusterGetConfig) soap.HasFault {
	c, fault := s.vcenter.cluster(req.Cluster)
	if fault != nil {
		return &vsanmethods.VsanClusterGetConfigBody{Fault_: fault}
	}
	return &vsanmethods.VsanClusterGetConfigBody{Res: &vsantypes.VsanClusterGetConfigResponse{Returnval: *s.info(c)}}
}

// VsanClusterReconfig takes over what is set.
func (s *vsanClusterConfig) VsanClusterReconfig(ctx *simulator.Context, req *vsantypes.VsanClusterReconfig) soap.HasFault {
	c, fault := s.vcenter.cluster(req.Cluster)
	if fault != nil {
		return &vsanmethods.VsanClusterReconfigBody{Fault_: fault}
	}
	ctx = ctx.For("/sdk")
	ref := runTask(ctx, c, "vsanClusterReconfig", func() (types.AnyType, types.BaseMethodFault) {
		info := s.info(c)
		config := c.ConfigurationEx.(*types.ClusterConfigInfoEx)
		merge(info, &req.VsanReconfigSpec)
		if req.VsanReconfigSpec.VsanClusterConfig == nil {
			return nil, nil
		}
		wanted := types.VsanClusterConfigInfo(*req.VsanReconfigSpec.VsanClusterConfig.GetVsanClusterConfigInfo())
		merge(config.VsanConfigInfo, &wanted)
		return nil, vsanStorage(ctx, c, config.VsanConfigInfo)
	})
	return &vsanmethods.VsanClusterReconfigBody{Res: &vsantypes.VsanClusterReconfigResponse{Returnval: ref}}
}
