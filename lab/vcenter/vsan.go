package main

import (
	"reflect"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
	"github.com/vmware/govmomi/vsan"
	vsanmethods "github.com/vmware/govmomi/vsan/methods"
	vsantypes "github.com/vmware/govmomi/vsan/types"
)

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
	info.VsanClusterConfigInfo = vsantypes.VsanClusterConfigInfo(*clusterConfig(c).VsanConfigInfo)
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
		s.apply(c, &req.VsanReconfigSpec)
		if req.VsanReconfigSpec.VsanClusterConfig == nil {
			return nil, nil
		}
		wanted := types.VsanClusterConfigInfo(*req.VsanReconfigSpec.VsanClusterConfig.GetVsanClusterConfigInfo())
		merge(clusterConfig(c).VsanConfigInfo, &wanted)
		fault := vsanStorage(ctx, c)
		noteVsanHosts(ctx, c, nil)
		return nil, fault
	})
	return &vsanmethods.VsanClusterReconfigBody{Res: &vsantypes.VsanClusterReconfigResponse{Returnval: ref}}
}

// rekeyInterval is how often vSAN renews the keys of its traffic where nobody says otherwise, in minutes.
const rekeyInterval = 1440

// apply takes over the settings of vSAN's services.
func (s *vsanClusterConfig) apply(c *simulator.ClusterComputeResource, spec *vsantypes.VimVsanReconfigSpec) {
	info := s.info(c)
	if spec.DatastoreConfig != nil {
		info.DatastoreConfig = nil // the remote datastores come as a whole
	}
	merge(info, spec)
	if transit := info.DataInTransitEncryptionConfig; *transit.Enabled && transit.RekeyInterval == 0 {
		transit.RekeyInterval = rekeyInterval
	}
}
