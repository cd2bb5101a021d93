package main

import (
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
	domains   vsantypes.VimClusterVSANStretchedClusterFaultDomainConfig
	witness   types.ManagedObjectReference
	preferred string
}

// VSANVcConvertToStretchedCluster stretches a cluster.
func (s *vsanStretched) VSANVcConvertToStretchedCluster(ctx *simulator.Context, req *vsantypes.VSANVcConvertToStretchedCluster) soap.HasFault {
	c, fault := s.vcenter.cluster(req.Cluster)
	if fault != nil {
		return &vsanmethods.VSANVcConvertToStretchedClusterBody{Fault_: fault}
	}
	ref := runTask(ctx.For("/sdk"), c, "convertToStretchedCluster", func() (types.AnyType, types.BaseMethodFault) {
		if contains(c.Host, req.WitnessHost) {
			return nil, &types.InvalidArgument{InvalidProperty: "witnessHost"}
		}
		s.stretches[c.Self] = stretch{req.FaultDomainConfig, req.WitnessHost, req.PreferredFd}
		return nil, nil
	})
	return &vsanmethods.VSANVcConvertToStretchedClusterBody{Res: &vsantypes.VSANVcConvertToStretchedClusterResponse{Returnval: ref}}
}

// VSANVcGetWitnessHosts tells the witness of a stretched cluster, nothing for any other.
func (s *vsanStretched) VSANVcGetWitnessHosts(_ *simulator.Context, req *vsantypes.VSANVcGetWitnessHosts) soap.HasFault {
	res := new(vsantypes.VSANVcGetWitnessHostsResponse)
	if known, ok := s.stretches[req.Cluster]; ok {
		witness := vsantypes.VimClusterVSANWitnessHostInfo{Host: &known.witness, PreferredFdName: known.preferred}
		res.Returnval = append(res.Returnval, witness)
	}
	return &vsanmethods.VSANVcGetWitnessHostsBody{Res: res}
}

// VSANVcIsWitnessHost tells whether a host is a witness.
func (s *vsanStretched) VSANVcIsWitnessHost(_ *simulator.Context, req *vsantypes.VSANVcIsWitnessHost) soap.HasFault {
	res := new(vsantypes.VSANVcIsWitnessHostResponse)
	for _, known := range s.stretches {
		res.Returnval = res.Returnval || known.witness == req.Host
	}
	return &vsanmethods.VSANVcIsWitnessHostBody{Res: res}
}

// VSANVcRemoveWitnessHost makes a stretched cluster an ordinary one.
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
