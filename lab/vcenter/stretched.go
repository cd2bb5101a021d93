package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
	vsanmethods "github.com/vmware/govmomi/vsan/methods"
	vsantypes "github.com/vmware/govmomi/vsan/types"
)

// vsanStretched is vCenter's system for stretched vSAN clusters: two fault domains and a witness.
type vsanStretched struct {
	types.ManagedObjectReference
	vcenter   *vcenter
	stretches map[types.ManagedObjectReference]stretch
}

// stretch is how one cluster is stretched.
type stretch struct {
	witness   types.ManagedObjectReference
	domains   [2]string
	preferred string
}

// VSANVcConvertToStretchedCluster stretches a cluster that has vSAN on: its hosts go into two fault domains.
func (s *vsanStretched) VSANVcConvertToStretchedCluster(ctx *simulator.Context, req *vsantypes.VSANVcConvertToStretchedCluster) soap.HasFault {
	c, fault := s.vcenter.cluster(req.Cluster)
	if fault != nil {
		return &vsanmethods.VSANVcConvertToStretchedClusterBody{Fault_: fault}
	}
	ctx = ctx.For("/sdk")
	ref := runTask(ctx, c, "convertToStretchedCluster", func() (types.AnyType, types.BaseMethodFault) {
		return nil, s.stretch(ctx, c, req)
	})
	return &vsanmethods.VSANVcConvertToStretchedClusterBody{Res: &vsantypes.VSANVcConvertToStretchedClusterResponse{Returnval: ref}}
}

func (s *vsanStretched) stretch(ctx *simulator.Context, c *simulator.ClusterComputeResource, req *vsantypes.VSANVcConvertToStretchedCluster) types.BaseMethodFault {
	if on := clusterConfig(c).VsanConfigInfo.Enabled; on == nil || !*on {
		return new(types.InvalidState)
	}
	if _, ok := ctx.Map.Get(req.WitnessHost).(*simulator.HostSystem); !ok || contains(c.Host, req.WitnessHost) {
		return &types.InvalidArgument{InvalidProperty: "witnessHost"}
	}
	wanted := req.FaultDomainConfig
	made := stretch{req.WitnessHost, [2]string{wanted.FirstFdName, wanted.SecondFdName}, req.PreferredFd}
	if !slices.Contains(made.domains[:], made.preferred) {
		return &types.InvalidArgument{InvalidProperty: "preferredFd"}
	}
	domains := make(map[types.ManagedObjectReference]string)
	for name, hosts := range map[string][]types.ManagedObjectReference{wanted.FirstFdName: wanted.FirstFdHosts, wanted.SecondFdName: wanted.SecondFdHosts} {
		for _, host := range hosts {
			if !contains(c.Host, host) {
				return &types.InvalidArgument{InvalidProperty: "faultDomainConfig"}
			}
			domains[host] = name
		}
	}
	noteVsanHosts(ctx, c, domains)
	s.stretches[c.Self] = made
	return nil
}

// VSANVcGetWitnessHosts tells the witness of a stretched cluster, nothing for any other.
func (s *vsanStretched) VSANVcGetWitnessHosts(_ *simulator.Context, req *vsantypes.VSANVcGetWitnessHosts) soap.HasFault {
	res := new(vsantypes.VSANVcGetWitnessHostsResponse)
	known, stretched := s.stretches[req.Cluster]
	if h, ok := s.vcenter.registry().Get(known.witness).(*simulator.HostSystem); ok && stretched {
		res.Returnval = append(res.Returnval, vsantypes.VimClusterVSANWitnessHostInfo{
			Host: &h.Self, NodeUuid: h.Hardware.SystemInfo.Uuid, PreferredFdName: known.preferred,
			UnicastAgentAddr: h.Config.Network.Vnic[0].Spec.Ip.IpAddress,
		})
	}
	return &vsanmethods.VSANVcGetWitnessHostsBody{Res: res}
}

// VSANVcGetPreferredFaultDomain tells which fault domain goes on when the two can't see each other.
func (s *vsanStretched) VSANVcGetPreferredFaultDomain(_ *simulator.Context, req *vsantypes.VSANVcGetPreferredFaultDomain) soap.HasFault {
	res := new(vsantypes.VSANVcGetPreferredFaultDomainResponse)
	if known, ok := s.stretches[req.Cluster]; ok {
		res.Returnval = &vsantypes.VimClusterVSANPreferredFaultDomainInfo{PreferredFaultDomainName: known.preferred}
	}
	return &vsanmethods.VSANVcGetPreferredFaultDomainBody{Res: res}
}

// VSANVcSetPreferredFaultDomain makes one of the two the preferred one.
func (s *vsanStretched) VSANVcSetPreferredFaultDomain(ctx *simulator.Context, req *vsantypes.VSANVcSetPreferredFaultDomain) soap.HasFault {
	c, fault := s.vcenter.cluster(req.Cluster)
	if fault != nil {
		return &vsanmethods.VSANVcSetPreferredFaultDomainBody{Fault_: fault}
	}
	ref := runTask(ctx.For("/sdk"), c, "setPreferredFaultDomain", func() (types.AnyType, types.BaseMethodFault) {
		known, ok := s.stretches[c.Self]
		if !ok || !slices.Contains(known.domains[:], req.PreferredFd) {
			return nil, &types.InvalidArgument{InvalidProperty: "preferredFd"}
		}
		known.preferred = req.PreferredFd
		s.stretches[c.Self] = known
		return nil, nil
	})
	return &vsanmethods.VSANVcSetPreferredFaultDomainBody{Res: &vsantypes.VSANVcSetPreferredFaultDomainResponse{Returnval: ref}}
}

// VSANVcIsWitnessHost tells whether a host is a witness.
func (s *vsanStretched) VSANVcIsWitnessHost(_ *simulator.Context, req *vsantypes.VSANVcIsWitnessHost) soap.HasFault {
	res := new(vsantypes.VSANVcIsWitnessHostResponse)
	for _, known := range s.stretches {
		res.Returnval = res.Returnval || known.witness == req.Host
	}
	return &vsanmethods.VSANVcIsWitnessHostBody{Res: res}
}

// VSANVcRemoveWitnessHost makes a stretched cluster an ordinary one, whose hosts stay in their fault domains.
func (s *vsanStretched) VSANVcRemoveWitnessHost(ctx *simulator.Context, req *vsantypes.VSANVcRemoveWitnessHost) soap.HasFault {
	c, fault := s.vcenter.cluster(req.Cluster)
	if fault != nil {
		return &vsanmethods.VSANVcRemoveWitnessHostBody{Fault_: fault}
	}
	ref := runTask(ctx.For("/sdk"), c, "removeWitnessHost", func() (types.AnyType, types.BaseMethodFault) {
		delete(s.stretches, c.Self)
		return nil, nil
	})
	return &vsanmethods.VSANVcRemoveWitnessHostBody{Res: &vsantypes.VSANVcRemoveWitnessHostResponse{Returnval: ref}}
}
