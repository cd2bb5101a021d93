package main

import (
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func clusterConfigOf(r *running, client *govmomi.Client, of mo.Reference) *types.ClusterConfigInfoEx {
	r.t.Helper()
	return read[mo.ClusterComputeResource](r, client, of, "configurationEx").ConfigurationEx.(*types.ClusterConfigInfoEx)
}

func operation(what types.ArrayUpdateOperation) types.ArrayUpdateSpec {
	return types.ArrayUpdateSpec{Operation: what}
}

func removal(key any) types.ArrayUpdateSpec {
	return types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationRemove, RemoveKey: key}
}

// oldSQL are Gislaved's cluster and two machines in it.
func oldSQL(r *running, client *govmomi.Client) (*object.ClusterComputeResource, []*object.VirtualMachine) {
	r.t.Helper()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	machines, err := r.finder(client).VirtualMachineList(background, "old-sql-*")
	r.must(err)
	return cluster, machines
}

func TestOverridesComeAndGo(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, machines := oldSQL(r, client)
	vm := machines[0].Reference()
	host, err := r.finder(client).HostSystem(background, "esx01.gislaved.example")
	r.must(err)
	change := func(update types.ArrayUpdateSpec, restart string) *types.ClusterConfigInfoEx {
		t.Helper()
		spec := &types.ClusterConfigSpecEx{
			DasVmConfigSpec: []types.ClusterDasVmConfigSpec{{ArrayUpdateSpec: update, Info: &types.ClusterDasVmConfigInfo{
				Key: vm, DasSettings: &types.ClusterDasVmSettings{RestartPriority: restart},
			}}},
			DrsVmConfigSpec: []types.ClusterDrsVmConfigSpec{{ArrayUpdateSpec: update, Info: &types.ClusterDrsVmConfigInfo{Key: vm, Behavior: types.DrsBehaviorManual}}},
			DpmHostConfigSpec: []types.ClusterDpmHostConfigSpec{{ArrayUpdateSpec: update, Info: &types.ClusterDpmHostConfigInfo{
				Key: host.Reference(), Enabled: types.NewBool(false), Behavior: types.DpmBehaviorManual,
			}}},
			VmOrchestrationSpec: []types.ClusterVmOrchestrationSpec{{ArrayUpdateSpec: update, Info: &types.ClusterVmOrchestrationInfo{
				Vm: vm, VmReadiness: types.ClusterVmReadiness{PostReadyDelay: 30},
			}}},
		}
		r.done(cluster.Reconfigure(background, spec, true))
		return clusterConfigOf(r, client, cluster)
	}
	config := change(operation(types.ArrayUpdateOperationAdd), "high")
	if len(config.DasVmConfig) != 1 || len(config.DrsVmConfig) != 1 || len(config.DpmHostConfig) != 1 || len(config.VmOrchestration) != 1 {
		t.Fatalf("one override of each kind was added, there are %+v", config)
	}
	if drs := config.DrsVmConfig[0]; drs.Behavior != types.DrsBehaviorManual || drs.Enabled == nil || !*drs.Enabled {
		t.Errorf("the override for DRS is %+v: vCenter says that it is on where nothing is said", drs)
	}
	config = change(operation(types.ArrayUpdateOperationEdit), "low")
	if got := config.DasVmConfig[0].DasSettings.RestartPriority; got != "low" {
		t.Errorf("the edited priority is %s", got)
	}
	again, err := cluster.Reconfigure(background, &types.ClusterConfigSpecEx{DrsVmConfigSpec: []types.ClusterDrsVmConfigSpec{
		{ArrayUpdateSpec: operation(types.ArrayUpdateOperationAdd), Info: &types.ClusterDrsVmConfigInfo{Key: vm}},
	}}, true)
	r.must(err)
	if again.Wait(background) == nil {
		t.Error("a second override of one machine was added")
	}
	r.done(cluster.Reconfigure(background, &types.ClusterConfigSpecEx{
		DasVmConfigSpec:     []types.ClusterDasVmConfigSpec{{ArrayUpdateSpec: removal(vm)}},
		DrsVmConfigSpec:     []types.ClusterDrsVmConfigSpec{{ArrayUpdateSpec: removal(vm)}},
		DpmHostConfigSpec:   []types.ClusterDpmHostConfigSpec{{ArrayUpdateSpec: removal(host.Reference())}},
		VmOrchestrationSpec: []types.ClusterVmOrchestrationSpec{{ArrayUpdateSpec: removal(vm)}},
	}, true))
	config = clusterConfigOf(r, client, cluster)
	if len(config.DasVmConfig)+len(config.DrsVmConfig)+len(config.DpmHostConfig)+len(config.VmOrchestration) != 0 {
		t.Errorf("the overrides were removed, there are %+v", config)
	}
}

func TestMachineThatGoesIsForgottenByItsCluster(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, machines := oldSQL(r, client)
	gone, left := machines[0].Reference(), machines[1].Reference()
	add := operation(types.ArrayUpdateOperationAdd)
	r.done(cluster.Reconfigure(background, &types.ClusterConfigSpecEx{
		GroupSpec: []types.ClusterGroupSpec{{ArrayUpdateSpec: add, Info: &types.ClusterVmGroup{
			ClusterGroupInfo: types.ClusterGroupInfo{Name: "sql"}, Vm: []types.ManagedObjectReference{gone, left},
		}}},
		RulesSpec: []types.ClusterRuleSpec{{ArrayUpdateSpec: add, Info: &types.ClusterAffinityRuleSpec{
			ClusterRuleInfo: types.ClusterRuleInfo{Name: "together"}, Vm: []types.ManagedObjectReference{gone, left},
		}}},
		DrsVmConfigSpec: []types.ClusterDrsVmConfigSpec{{ArrayUpdateSpec: add, Info: &types.ClusterDrsVmConfigInfo{Key: gone}}},
	}, true))
	r.done(machines[0].PowerOff(background))
	r.done(machines[0].Destroy(background))
	config := clusterConfigOf(r, client, cluster)
	if group := config.Group[0].(*types.ClusterVmGroup); len(group.Vm) != 1 || group.Vm[0] != left {
		t.Errorf("the group has %v, only %s is left", group.Vm, left)
	}
	if rule := config.Rule[0].(*types.ClusterAffinityRuleSpec); len(rule.Vm) != 1 || len(config.DrsVmConfig) != 0 {
		t.Errorf("the rule has %v and the overrides are %v, %s is gone", rule.Vm, config.DrsVmConfig, gone)
	}
}

func TestGroupsAndRulesAreNotMadeTwice(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, _ := oldSQL(r, client)
	add := operation(types.ArrayUpdateOperationAdd)
	spec := func() *types.ClusterConfigSpecEx {
		return &types.ClusterConfigSpecEx{
			GroupSpec: []types.ClusterGroupSpec{{ArrayUpdateSpec: add, Info: &types.ClusterHostGroup{ClusterGroupInfo: types.ClusterGroupInfo{Name: "g"}}}},
			RulesSpec: []types.ClusterRuleSpec{{ArrayUpdateSpec: add, Info: &types.ClusterVmHostRuleInfo{
				ClusterRuleInfo: types.ClusterRuleInfo{Name: "r"}, VmGroupName: "v", AffineHostGroupName: "g",
			}}},
		}
	}
	r.done(cluster.Reconfigure(background, spec(), true))
	for what, twice := range map[string]*types.ClusterConfigSpecEx{
		"group": {GroupSpec: spec().GroupSpec}, "rule": {RulesSpec: spec().RulesSpec},
		"removed group": {GroupSpec: []types.ClusterGroupSpec{{ArrayUpdateSpec: removal("none")}}},
		"removed rule":  {RulesSpec: []types.ClusterRuleSpec{{ArrayUpdateSpec: removal(int32(99))}}},
	} {
		task, err := cluster.Reconfigure(background, twice, true)
		r.must(err)
		if task.Wait(background) == nil {
			t.Errorf("a %s that is there already, or is not there, was taken", what)
		}
	}
	if config := clusterConfigOf(r, client, cluster); len(config.Group) != 1 || len(config.Rule) != 1 {
		t.Errorf("%d groups and %d rules are there, one of each was made", len(config.Group), len(config.Rule))
	}
}
