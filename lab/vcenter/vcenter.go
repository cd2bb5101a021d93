package main

import (
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/simulator/vpx"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// version and build are the vCenter and ESXi release that the stand-in claims to be.
const (
	version = "8.0.2"
	build   = "22385739"
)

// vcenter is the simulator with our repairs plugged in.
type vcenter struct {
	service *simulator.Service
	gate    *gate
	state   string // directory that datastores are backed by
	context *simulator.Context
	after   func(types.AnyType)            // see afterTask
	fresh   []types.ManagedObjectReference // machines made by the writing request under way

	nextRole int32
	policies map[string]string // storage policy by machine (vm-1) or disk (vm-1:2000)
}

// newVCenter makes a vCenter with nothing in it but the root folder and what a new one brings along.
func newVCenter(state string) (*vcenter, error) {
	content := vpx.ServiceContent
	content.About.Name, content.About.FullName = "VMware vCenter Server", "VMware vCenter Server "+version+" build-"+build
	content.About.Version, content.About.ApiVersion, content.About.Build = version, version+".0", build
	content.About.LicenseProductVersion = "8.0"
	model := simulator.Model{ServiceContent: content, RootFolder: vpx.RootFolder}
	if err := model.Create(); err != nil {
		return nil, fmt.Errorf("the empty vCenter can't be made: %w", err)
	}
	v := &vcenter{
		service: model.Service, gate: newGate(), state: state, context: model.Service.Context, nextRole: firstRole,
		policies: make(map[string]string),
	}
	v.gate.settle = v.settle
	registry := v.registry()
	registry.Put(&collector{PropertyCollector: mo.PropertyCollector{Self: v.content().PropertyCollector}, gate: v.gate})
	registry.AddHandler(&watcher{vcenter: v})
	registry.Handler = v.handler
	return v, nil
}

func (v *vcenter) registry() *simulator.Registry { return v.context.Map }

func (v *vcenter) content() types.ServiceContent {
	return serviceContent(v.registry())
}

func serviceContent(registry *simulator.Registry) types.ServiceContent {
	ref := types.ManagedObjectReference{Type: "ServiceInstance", Value: "ServiceInstance"}
	return registry.Get(ref).(*simulator.ServiceInstance).Content
}
