package main

import (
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// lastRuleKey numbers rules; a key is never used twice.
var lastRuleKey atomic.Int32

// change is one entry of a spec: what is done in a list, to its element at an index (-1 if there is none yet), by name.
type change[T any] struct {
	operation types.ArrayUpdateOperation
	at        int
	name      string
	info      T
}

// applyClusterLists carries out the spec's additions, edits and removals of groups, rules and overrides.
func applyClusterLists(config *types.ClusterConfigInfoEx, spec *types.ClusterConfigSpecEx) (fault types.BaseMethodFault) {
	applyChanges(&fault, &config.Group, spec.GroupSpec, groupChange)
	applyChanges(&fault, &config.Rule, spec.RulesSpec, ruleChange)
	applyOverrides(&fault, &config.DasVmConfig, spec.DasVmConfigSpec, dasKey,
		func(s types.ClusterDasVmConfigSpec) (types.ArrayUpdateSpec, *types.ClusterDasVmConfigInfo) {
			return s.ArrayUpdateSpec, s.Info
		})
	applyOverrides(&fault, &config.DrsVmConfig, spec.DrsVmConfigSpec, drsKey,
		func(s types.ClusterDrsVmConfigSpec) (types.ArrayUpdateSpec, *types.ClusterDrsVmConfigInfo) {
			if s.Operation == types.ArrayUpdateOperationAdd && s.Info != nil && s.Info.Enabled == nil {
				s.Info.Enabled = types.NewBool(true)
			}
			return s.ArrayUpdateSpec, s.Info
		})
	applyOverrides(&fault, &config.DpmHostConfig, spec.DpmHostConfigSpec, dpmKey,
		func(s types.ClusterDpmHostConfigSpec) (types.ArrayUpdateSpec, *types.ClusterDpmHostConfigInfo) {
			return s.ArrayUpdateSpec, s.Info
		})
	applyOverrides(&fault, &config.VmOrchestration, spec.VmOrchestrationSpec, orchestrationKey,
		func(s types.ClusterVmOrchestrationSpec) (types.ArrayUpdateSpec, *types.ClusterVmOrchestrationInfo) {
			return s.ArrayUpdateSpec, s.Info
		})
	return fault
}

func dasKey(i types.ClusterDasVmConfigInfo) types.ManagedObjectReference { return i.Key }

func drsKey(i types.ClusterDrsVmConfigInfo) types.ManagedObjectReference { return i.Key }

func dpmKey(i types.ClusterDpmHostConfigInfo) types.ManagedObjectReference { return i.Key }

func orchestrationKey(i types.ClusterVmOrchestrationInfo) types.ManagedObjectReference { return i.Vm }

// applyChanges carries out the changes of one list, in a new list; nothing more after a fault.
func applyChanges[S, T any](fault *types.BaseMethodFault, list *[]T, specs []S, plan func([]T, S) change[T]) {
	for _, spec := range specs {
		if *fault != nil {
			return
		}
		*list, *fault = plan(*list, spec).in(*list)
	}
}

func (c change[T]) in(list []T) ([]T, types.BaseMethodFault) {
	next := append([]T(nil), list...)
	switch {
	case c.operation == types.ArrayUpdateOperationAdd && c.at >= 0:
		return list, &types.DuplicateName{Name: c.name}
	case c.operation == types.ArrayUpdateOperationAdd:
		return append(next, c.info), nil
	case c.operation == types.ArrayUpdateOperationEdit && c.at >= 0:
		next[c.at] = c.info
		return next, nil
	case c.operation == types.ArrayUpdateOperationRemove && c.at >= 0:
		return append(next[:c.at], next[c.at+1:]...), nil
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

func groupChange(known []types.BaseClusterGroupInfo, spec types.ClusterGroupSpec) change[types.BaseClusterGroupInfo] {
	name, _ := spec.RemoveKey.(string)
	if spec.Info != nil {
		name = spec.Info.GetClusterGroupInfo().Name
	}
	at := position(known, func(g types.BaseClusterGroupInfo) bool { return g.GetClusterGroupInfo().Name == name })
	return change[types.BaseClusterGroupInfo]{spec.Operation, at, name, spec.Info}
}

func ruleChange(known []types.BaseClusterRuleInfo, spec types.ClusterRuleSpec) change[types.BaseClusterRuleInfo] {
	at, name := rulePosition(known, spec), ""
	if spec.Info != nil {
		name = spec.Info.GetClusterRuleInfo().Name
		completeRule(spec.Info.GetClusterRuleInfo(), known, at)
	}
	return change[types.BaseClusterRuleInfo]{spec.Operation, at, name, spec.Info}
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

// applyOverrides carries out changes of settings that a single machine or host has apart from its cluster. An edit leaves
// what it does not set.
func applyOverrides[S, T any](
	fault *types.BaseMethodFault, list *[]T, specs []S, keyOf func(T) types.ManagedObjectReference, split func(S) (types.ArrayUpdateSpec, *T),
) {
	applyChanges(fault, list, specs, func(known []T, spec S) change[T] {
		update, info := split(spec)
		key, _ := update.RemoveKey.(types.ManagedObjectReference)
		var value T
		if info != nil {
			value, key = *info, keyOf(*info)
		}
		at := position(known, func(each T) bool { return keyOf(each) == key })
		if update.Operation == types.ArrayUpdateOperationEdit && at >= 0 {
			whole := known[at]
			merge(&whole, &value)
			value = whole
		}
		return change[T]{update.Operation, at, key.Value, value}
	})
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
		config.DasVmConfig = dropKey(config.DasVmConfig, ref, dasKey)
		config.DrsVmConfig = dropKey(config.DrsVmConfig, ref, drsKey)
		config.DpmHostConfig = dropKey(config.DpmHostConfig, ref, dpmKey)
		config.VmOrchestration = dropKey(config.VmOrchestration, ref, orchestrationKey)
	}
}

func dropKey[T any](list []T, key types.ManagedObjectReference, keyOf func(T) types.ManagedObjectReference) []T {
	at := position(list, func(each T) bool { return keyOf(each) == key })
	if at < 0 {
		return list
	}
	return append(append([]T(nil), list[:at]...), list[at+1:]...)
}
