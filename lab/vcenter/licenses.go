package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

func licenseManager(ctx *simulator.Context) *simulator.LicenseManager {
	return ctx.Map.Get(*serviceContent(ctx.Map).LicenseManager).(*simulator.LicenseManager)
}

func knownLicense(ctx *simulator.Context, key string) bool {
	return slices.ContainsFunc(licenseManager(ctx).Licenses, func(l types.LicenseManagerLicenseInfo) bool { return l.LicenseKey == key })
}

// assign gives a host a license. The simulator leaves the license out that a host is added with.
func assign(ctx *simulator.Context, to types.ManagedObjectReference, key string) {
	manager := ctx.Map.Get(*licenseManager(ctx).LicenseAssignmentManager).(*simulator.LicenseAssignmentManager)
	manager.UpdateAssignedLicense(ctx, &types.UpdateAssignedLicense{This: manager.Self, Entity: to.Value, LicenseKey: key})
}
