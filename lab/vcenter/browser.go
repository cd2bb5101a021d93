package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// environmentBrowser tells hardware versions. Stock vcsim answers with none, so clients upgrade machines over and over.
type environmentBrowser struct{ *simulator.EnvironmentBrowser }

// QueryConfigOption answers for the version asked for, or the newest.
func (b *environmentBrowser) QueryConfigOption(req *types.QueryConfigOption) soap.HasFault {
	option := *b.EnvironmentBrowser.QueryConfigOption(req).(*methods.QueryConfigOptionBody).Res.Returnval
	setHardware(&option, b.version(req.Key))
	return &methods.QueryConfigOptionBody{Res: &types.QueryConfigOptionResponse{Returnval: &option}}
}

// QueryConfigOptionEx is the newer form.
func (b *environmentBrowser) QueryConfigOptionEx(req *types.QueryConfigOptionEx) soap.HasFault {
	option := *b.EnvironmentBrowser.QueryConfigOptionEx(req).(*methods.QueryConfigOptionExBody).Res.Returnval
	key := ""
	if req.Spec != nil {
		key = req.Spec.Key
	}
	setHardware(&option, b.version(key))
	return &methods.QueryConfigOptionExBody{Res: &types.QueryConfigOptionExResponse{Returnval: &option}}
}

func (b *environmentBrowser) version(key string) string {
	if key != "" {
		return key
	}
	for _, descriptor := range b.QueryConfigOptionDescriptorResponse.Returnval {
		if descriptor.DefaultConfigOption {
			return descriptor.Key
		}
	}
	return ""
}

func setHardware(option *types.VirtualMachineConfigOption, version string) {
	parsed, err := types.ParseHardwareVersion(version)
	if err != nil {
		return
	}
	option.Version = version
	option.HardwareOptions.HwVersion = int32(parsed)
}

// machineBrowser is the browser of one machine: what holds for its own hardware version.
type machineBrowser struct {
	mo.EnvironmentBrowser
	machine types.ManagedObjectReference
	cluster types.ManagedObjectReference
}

// giveBrowser gives a new machine its own browser.
func giveBrowser(ctx *simulator.Context, machine *simulator.VirtualMachine) {
	browser := &machineBrowser{machine: machine.Self, cluster: machine.EnvironmentBrowser}
	browser.Self.Type = "EnvironmentBrowser"
	machine.EnvironmentBrowser = ctx.Map.Put(browser).Reference()
}

// parts finds the machine's version and its cluster's browser.
func (b *machineBrowser) parts(ctx *simulator.Context) (string, *environmentBrowser) {
	version := ""
	if machine, ok := ctx.Map.Get(b.machine).(*simulator.VirtualMachine); ok {
		version = machine.Config.Version
	}
	if of, ok := ctx.Map.Get(b.cluster).(*simulator.EnvironmentBrowser); ok {
		return version, &environmentBrowser{of}
	}
	return version, &environmentBrowser{new(simulator.EnvironmentBrowser)}
}

// QueryConfigOption answers for the machine's version, if none is named.
func (b *machineBrowser) QueryConfigOption(ctx *simulator.Context, req *types.QueryConfigOption) soap.HasFault {
	version, of := b.parts(ctx)
	if req.Key == "" {
		req.Key = version
	}
	return of.QueryConfigOption(req)
}

// QueryConfigOptionEx is the newer form.
func (b *machineBrowser) QueryConfigOptionEx(ctx *simulator.Context, req *types.QueryConfigOptionEx) soap.HasFault {
	version, of := b.parts(ctx)
	if req.Spec == nil {
		req.Spec = new(types.EnvironmentBrowserConfigOptionQuerySpec)
	}
	if req.Spec.Key == "" {
		req.Spec.Key = version
	}
	return of.QueryConfigOptionEx(req)
}

// QueryConfigOptionDescriptor answers as the cluster's browser does.
func (b *machineBrowser) QueryConfigOptionDescriptor(ctx *simulator.Context, req *types.QueryConfigOptionDescriptor) soap.HasFault {
	_, of := b.parts(ctx)
	return of.QueryConfigOptionDescriptor(ctx, req)
}

// QueryConfigTarget answers as the cluster's browser does.
func (b *machineBrowser) QueryConfigTarget(ctx *simulator.Context, req *types.QueryConfigTarget) soap.HasFault {
	_, of := b.parts(ctx)
	return of.QueryConfigTarget(ctx, req)
}

func clusterBrowser(ctx *simulator.Context, c *mo.ComputeResource) *simulator.EnvironmentBrowser {
	if c.EnvironmentBrowser == nil {
		return nil
	}
	browser, _ := ctx.Map.Get(*c.EnvironmentBrowser).(*simulator.EnvironmentBrowser)
	return browser
}

// joinBrowser has the browser of a compute resource know another host.
func joinBrowser(ctx *simulator.Context, c *mo.ComputeResource, host types.ManagedObjectReference) {
	browser := clusterBrowser(ctx, c)
	if browser == nil {
		return
	}
	known := &browser.QueryConfigOptionDescriptorResponse
	if len(known.Returnval) == 0 {
		known.Returnval = hardwareVersions()
	}
	for i := range known.Returnval {
		known.Returnval[i].Host = with(known.Returnval[i].Host, host)
	}
}

// leaveBrowser has the browser of a compute resource forget a host.
func leaveBrowser(ctx *simulator.Context, c *mo.ComputeResource, host types.ManagedObjectReference) {
	browser := clusterBrowser(ctx, c)
	if browser == nil {
		return
	}
	for i := range browser.QueryConfigOptionDescriptorResponse.Returnval {
		descriptor := &browser.QueryConfigOptionDescriptorResponse.Returnval[i]
		descriptor.Host = without(descriptor.Host, host)
	}
}

// hardwareVersions are those that hosts of our release can run.
func hardwareVersions() []types.VirtualMachineConfigOptionDescriptor {
	var all []types.VirtualMachineConfigOptionDescriptor
	newest := types.MustParseESXiVersion(version).HardwareVersion()
	for _, each := range types.GetHardwareVersions() {
		if each <= newest {
			all = append(all, types.VirtualMachineConfigOptionDescriptor{
				Key: each.String(), Description: each.String(), DefaultConfigOption: each == newest, CreateSupported: true, RunSupported: true,
				UpgradeSupported: true,
			})
		}
	}
	return all
}

// newBrowser is a browser that knows no host yet.
func newBrowser(ctx *simulator.Context) *types.ManagedObjectReference {
	browser := new(simulator.EnvironmentBrowser)
	browser.Self.Type = "EnvironmentBrowser"
	ref := ctx.Map.Put(browser).Reference()
	return &ref
}
