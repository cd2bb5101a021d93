package main

import (
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// lastRuleKey numbers rules; a key is never used twice.
var lastRuleKey atomic.Int32

// applyClusterLists carries out the spec's additions, edits and removals of groups, rules and overrides.
func applyClusterLists(config *types.ClusterConfigInfoEx, spec *types.ClusterConfigSpecEx) types.BaseMethodFault {
	steps := []func() types.BaseMethodFault{
		func() (fault types.BaseMethodFault) {
			config.Group, fault = applyGroups(config.Group, spec.GroupSpec)
			return fault
		},
		func() (fault types.BaseMethodFault) {
			config.Rule, fault = applyRules(config.Rule, spec.RulesSpec)
			return fault
		},
		func() (fault types.BaseMethodFault) {
			config.DasVmConfig, fault = applyOverrides(config.DasVmConfig, spec.DasVmConfigSpec,
				func(s types.ClusterDasVmConfigSpec) (types.ArrayUpdateSpec, *types.ClusterDasVmConfigInfo) {
					return s.ArrayUpdateSpec, s.Info
				},
				func(i types.ClusterDasVmConfigInfo) types.ManagedObjectReference { return i.Key })
			return fault
		},
		func() (fault types.BaseMethodFault) {
			config.DrsVmConfig, fault = applyOverrides(config.DrsVmConfig, spec.DrsVmConfigSpec,
				func(s types.ClusterDrsVmConfigSpec) (types.ArrayUpdateSpec, *types.ClusterDrsVmConfigInfo) {
					return s.ArrayUpdateSpec, s.Info
				},
				func(i types.ClusterDrsVmConfigInfo) types.ManagedObjectReference { return i.Key })
			return fault
		},
		func() (fault types.BaseMethodFault) {
			config.DpmHostConfig, fault = applyOverrides(config.DpmHostConfig, spec.DpmHostConfigSpec,
				func(s types.ClusterDpmHostConfigSpec) (types.ArrayUpdateSpec, *types.ClusterDpmHostConfigInfo) {
					return s.ArrayUpdateSpec, s.Info
				},
				func(i types.ClusterDpmHostConfigInfo) types.ManagedObjectReference { return i.Key })
			return fault
		},
		func() (fault types.BaseMethodFault) {
			config.VmOrchestration, fault = applyOverrides(config.VmOrchestration, spec.VmOrchestrationSpec,
				func(s types.ClusterVmOrchestrationSpec) (types.ArrayUpdateSpec, *types.ClusterVmOrchestrationInfo) {
					return s.ArrayUpdateSpec, s.Info
				},
				func(i types.ClusterVmOrchestrationInfo) types.ManagedObjectReference { return i.Vm })
			return fault
		},
	}
	for _, step := range steps {
		if fault := step(); fault != nil {
			return fault
		}
	}
	return nil
}

// applyList carries out one change of a list, in a new list. at is the element concerned, -1 if there is none.
func applyList[T any](list []T, operation types.ArrayUpdateOperation, at int, info T) ([]T, types.BaseMethodFault) {
	next := append([]T(nil), list...)
	switch {
	case operation == types.ArrayUpdateOperationAdd && at < 0:
		return append(next, info), nil
	case operation == types.ArrayUpdateOperationEdit && at >= 0:
		next[at] = info
		return next, nil
	case operation == types.ArrayUpdateOperationRemove && at >= 0:
		return append(next[:at], next[at+1:]...), nil
	}
	return list, new(types.InvalidArgument)
}

// position is the index of the first element that matches, -1 if none does.
func position[T any](list []T, matches func(T) bool) int {
	for i, each := range list {
		if matches(each) {
			return i
		}
	}
	return -1
}

func applyGroups(groups []types.BaseClusterGroupInfo, specs []types.ClusterGroupSpec) ([]types.BaseClusterGroupInfo, types.BaseMethodFault) {
	for _, spec := range specs {
		name, _ := spec.RemoveKey.(string)
		if spec.Info != nil {
			name = spec.Info.GetClusterGroupInfo().Name
		}
		at := position(groups, func(g types.BaseClusterGroupInfo) bool { return g.GetClusterGroupInfo().Name == name })
		if spec.Operation == types.ArrayUpdateOperationAdd && at >= 0 {
			return groups, &types.DuplicateName{Name: name}
		}
		var fault types.BaseMethodFault
		if groups, fault = applyList(groups, spec.Operation, at, spec.Info); fault != nil {
			return groups, fault
		}
	}
	return groups, nil
}

func applyRules(rules []types.BaseClusterRuleInfo, specs []types.ClusterRuleSpec) ([]types.BaseClusterRuleInfo, types.BaseMethodFault) {
	for _, spec := range specs {
		at := rulePosition(rules, spec)
		if spec.Info != nil {
			completeRule(spec.Info.GetClusterRuleInfo(), rules, at)
		}
		var fault types.BaseMethodFault
		if rules, fault = applyList(rules, spec.Operation, at, spec.Info); fault != nil {
			return rules, fault
		}
	}
	return rules, nil
}

func rulePosition(rules []types.BaseClusterRuleInfo, spec types.ClusterRuleSpec) int {
	return position(rules, func(rule types.BaseClusterRuleInfo) bool {
		known := rule.GetClusterRuleInfo()
		if spec.Info == nil {
			key, _ := spec.RemoveKey.(int32)
			return known.Key == key
		}
		wanted := spec.Info.GetClusterRuleInfo()
		if wanted.Key != 0 && spec.Operation == types.ArrayUpdateOperationEdit {
			return known.Key == wanted.Key
		}
		return known.Name == wanted.Name
	})
}

// completeRule fills in what vCenter adds to a rule, and keeps it when the rule is edited.
func completeRule(rule *types.ClusterRuleInfo, rules []types.BaseClusterRuleInfo, at int) {
	if at >= 0 {
		known := rules[at].GetClusterRuleInfo()
		rule.Key, rule.RuleUuid = known.Key, known.RuleUuid
		if rule.Name == "" {
			rule.Name = known.Name
		}
	} else {
		rule.Key, rule.RuleUuid = lastRuleKey.Add(1), uuid.NewString()
	}
	rule.Status, rule.InCompliance, rule.UserCreated = types.ManagedEntityStatusGreen, types.NewBool(true), types.NewBool(true)
	for _, flag := range []**bool{&rule.Enabled, &rule.Mandatory} {
		if *flag == nil {
			*flag = types.NewBool(false)
		}
	}
}

// applyOverrides carries out changes of settings that a single machine or host has apart from its cluster.
func applyOverrides[S, T any](
	list []T, specs []S, split func(S) (types.ArrayUpdateSpec, *T), keyOf func(T) types.ManagedObjectReference,
) ([]T, types.BaseMethodFault) {
	for _, spec := range specs {
		update, info := split(spec)
		key, _ := update.RemoveKey.(types.ManagedObjectReference)
		var value T
		if info != nil {
			value, key = *info, keyOf(*info)
		}
		at := position(list, func(each T) bool { return keyOf(each) == key })
		if update.Operation == types.ArrayUpdateOperationEdit && at >= 0 {
			known := list[at]
			merge(&known, &value)
			value = known
		}
		var fault types.BaseMethodFault
		if list, fault = applyList(list, update.Operation, at, value); fault != nil {
			return list, fault
		}
	}
	return list, nil
}

// forgetMember takes a machine or host that goes out of its cluster's groups and overrides.
func forgetMember(registry *simulator.Registry, ref types.ManagedObjectReference) {
	for _, entity := range registry.All("ClusterComputeResource") {
		config, ok := entity.(*simulator.ClusterComputeResource).ConfigurationEx.(*types.ClusterConfigInfoEx)
		if !ok {
			continue
		}
		for _, group := range config.Group {
			switch g := group.(type) {
			case *types.ClusterVmGroup:
				g.Vm = without(g.Vm, ref)
			case *types.ClusterHostGroup:
				g.Host = without(g.Host, ref)
			}
		}
		for _, rule := range config.Rule {
			switch r := rule.(type) {
			case *types.ClusterAntiAffinityRuleSpec:
				r.Vm = without(r.Vm, ref)
			case *types.ClusterAffinityRuleSpec:
				r.Vm = without(r.Vm, ref)
			}
		}
		config.DasVmConfig = dropKey(config.DasVmConfig, func(i types.ClusterDasVmConfigInfo) bool { return i.Key == ref })
		config.DrsVmConfig = dropKey(config.DrsVmConfig, func(i types.ClusterDrsVmConfigInfo) bool { return i.Key == ref })
		config.DpmHostConfig = dropKey(config.DpmHostConfig, func(i types.ClusterDpmHostConfigInfo) bool { return i.Key == ref })
		config.VmOrchestration = dropKey(config.VmOrchestration, func(i types.ClusterVmOrchestrationInfo) bool { return i.Vm == ref })
	}
}

func dropKey[T any](list []T, gone func(T) bool) []T {
	at := position(list, gone)
	if at < 0 {
		return list
	}
	return append(append([]T(nil), list[:at]...), list[at+1:]...)
}
