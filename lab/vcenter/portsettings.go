package main

import (
	"reflect"

	"github.com/vmware/govmomi/vim25/types"
)

// newPortSetting is a complete port setting: everything inherited from the switch's, or vCenter's defaults at a switch.
func newPortSetting(inherited *types.VMwareDVSPortSetting) *types.VMwareDVSPortSetting {
	setting := &types.VMwareDVSPortSetting{
		Vlan:   &types.VmwareDistributedVirtualSwitchVlanIdSpec{},
		QosTag: &types.IntPolicy{Value: -1},
		UplinkTeamingPolicy: &types.VmwareUplinkPortTeamingPolicy{
			Policy: &types.StringPolicy{Value: "loadbalance_srcid"}, ReversePolicy: boolPolicy(true), NotifySwitches: boolPolicy(true), RollingOrder: boolPolicy(false),
			FailureCriteria: &types.DVSFailureCriteria{
				CheckSpeed: &types.StringPolicy{Value: "minimum"}, Speed: &types.IntPolicy{Value: 10}, CheckDuplex: boolPolicy(false), FullDuplex: boolPolicy(false),
				CheckErrorPercent: boolPolicy(false), Percentage: &types.IntPolicy{}, CheckBeacon: boolPolicy(false),
			},
			UplinkPortOrder: &types.VMwareUplinkPortOrderPolicy{},
		},
		SecurityPolicy: &types.DVSSecurityPolicy{AllowPromiscuous: boolPolicy(false), MacChanges: boolPolicy(false), ForgedTransmits: boolPolicy(false)},
		IpfixEnabled:   boolPolicy(false), TxUplink: boolPolicy(false),
		LacpPolicy: &types.VMwareUplinkLacpPolicy{Enable: boolPolicy(false), Mode: &types.StringPolicy{Value: "passive"}},
		MacManagementPolicy: &types.DVSMacManagementPolicy{
			AllowPromiscuous: types.NewBool(false), MacChanges: types.NewBool(false), ForgedTransmits: types.NewBool(false),
		},
	}
	setting.Blocked, setting.VmDirectPathGen2Allowed = boolPolicy(false), boolPolicy(false)
	setting.InShapingPolicy, setting.OutShapingPolicy = newShaping(), newShaping()
	setting.NetworkResourcePoolKey = &types.StringPolicy{Value: "-1"}
	setting.FilterPolicy = new(types.DvsFilterPolicy)
	setting.VendorSpecificConfig = new(types.DVSVendorSpecificConfig)
	if inherited != nil {
		overridePortSetting(setting, inherited)
		setInherited(reflect.ValueOf(setting), true)
	}
	return setting
}

func boolPolicy(value bool) *types.BoolPolicy { return &types.BoolPolicy{Value: types.NewBool(value)} }

func newShaping() *types.DVSTrafficShapingPolicy {
	return &types.DVSTrafficShapingPolicy{
		Enabled: boolPolicy(false), AverageBandwidth: &types.LongPolicy{Value: 100000000}, PeakBandwidth: &types.LongPolicy{Value: 100000000},
		BurstSize: &types.LongPolicy{Value: 104857600},
	}
}

// clonePortSetting copies a setting, sharing nothing with it.
func clonePortSetting(of *types.VMwareDVSPortSetting) *types.VMwareDVSPortSetting {
	return deepCopy(reflect.ValueOf(of)).Interface().(*types.VMwareDVSPortSetting)
}

func deepCopy(of reflect.Value) reflect.Value {
	made := reflect.New(of.Type()).Elem()
	made.Set(of)
	switch of.Kind() {
	case reflect.Pointer:
		if !of.IsNil() {
			made.Set(reflect.New(of.Type().Elem()))
			made.Elem().Set(deepCopy(of.Elem()))
		}
	case reflect.Interface:
		if !of.IsNil() {
			made.Set(deepCopy(of.Elem()))
		}
	case reflect.Struct:
		for i := range of.NumField() {
			if made.Field(i).CanSet() {
				made.Field(i).Set(deepCopy(of.Field(i)))
			}
		}
	case reflect.Slice:
		if !of.IsNil() {
			made.Set(reflect.MakeSlice(of.Type(), of.Len(), of.Len()))
			for i := range of.Len() {
				made.Index(i).Set(deepCopy(of.Index(i)))
			}
		}
	}
	return made
}

// overridePortSetting takes over what is set; each policy taken over is no longer inherited, one that is to be
// inherited again is marked so. The lists of a policy come with it: an uplink order is replaced as a whole.
func overridePortSetting(setting, with *types.VMwareDVSPortSetting) {
	override(reflect.ValueOf(setting).Elem(), reflect.ValueOf(with).Elem())
	if with.SecurityPolicy != nil {
		merge(setting.MacManagementPolicy, &types.DVSMacManagementPolicy{
			AllowPromiscuous: valueOf(setting.SecurityPolicy.AllowPromiscuous),
			MacChanges:       valueOf(setting.SecurityPolicy.MacChanges), ForgedTransmits: valueOf(setting.SecurityPolicy.ForgedTransmits),
		})
	}
}

func valueOf(policy *types.BoolPolicy) *bool {
	if policy == nil {
		return nil
	}
	return policy.Value
}

// override goes through two settings of the same shape.
func override(to, from reflect.Value) {
	for i := range from.NumField() {
		source, target := from.Field(i), to.Field(i)
		switch {
		case source.IsZero() && source.Kind() != reflect.Slice:
		case source.Kind() == reflect.Struct:
			override(target, source)
		case source.Kind() != reflect.Interface && !isStructPointer(source):
			if from.Type().Field(i).Name != "Inherited" {
				target.Set(source)
			}
		case inherits(source):
			setInherits(target, true)
		case source.Kind() == reflect.Interface: // a VLAN: its kind changes with it
			target.Set(deepCopy(source))
		case isPolicyValue(source.Elem().Type()) || target.IsNil():
			target.Set(deepCopy(source))
		default:
			setInherits(target, false)
			override(target.Elem(), source.Elem())
		}
	}
}

// isPolicyValue tells a single inheritable value (BoolPolicy and the like) from a policy made of several.
func isPolicyValue(kind reflect.Type) bool {
	_, ok := kind.FieldByName("Value")
	return ok
}

func inherits(value reflect.Value) bool {
	value, ok := dereference(value)
	if !ok {
		return false
	}
	field := value.FieldByName("Inherited")
	return field.IsValid() && field.Bool()
}

func setInherits(value reflect.Value, inherited bool) {
	if value, ok := dereference(value); ok {
		if field := value.FieldByName("Inherited"); field.IsValid() {
			field.SetBool(inherited)
		}
	}
}

// setInherited marks every policy in the setting.
func setInherited(value reflect.Value, inherited bool) {
	value, ok := dereference(value)
	if !ok || value.Kind() != reflect.Struct {
		return
	}
	for i := range value.NumField() {
		if value.Type().Field(i).Name == "Inherited" {
			value.Field(i).SetBool(inherited)
			continue
		}
		if value.Field(i).CanSet() {
			setInherited(value.Field(i), inherited)
		}
	}
}
