package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

var background = context.Background()

func TestWrongPasswordIsRefused(t *testing.T) {
	r := start(t)
	wrong := url.UserPassword(testAccount.Username, "wrong")
	err := session.NewManager(r.connect()).Login(background, wrong)
	if err == nil || !soap.IsSoapFault(err) {
		t.Fatalf("a wrong password was answered with %v, not with a fault", err)
	}
	if _, ok := soap.ToSoapFault(err).VimFault().(types.InvalidLogin); !ok {
		t.Errorf("the fault is %T, vCenter's is InvalidLogin", soap.ToSoapFault(err).VimFault())
	}
	if err := rest.NewClient(r.connect()).Login(background, wrong); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a wrong password at the REST API was answered with %v, not with 401", err)
	}
}

func TestExistingDatacenterStands(t *testing.T) {
	r := start(t)
	client := r.login()
	machines, err := r.finder(client).VirtualMachineList(background, "*")
	r.must(err)
	if len(machines) != 12 {
		t.Errorf("%d old machines stand in Gislaved, existing.yaml declares 12", len(machines))
	}
	for _, each := range machines {
		if state, err := each.PowerState(background); err != nil || state != types.VirtualMachinePowerStatePoweredOn {
			t.Errorf("%s is %s (%v), the old load runs", each.InventoryPath, state, err)
		}
	}
}

func TestClusterKeepsItsConfiguration(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	yes := types.NewBool(true)
	r.done(cluster.Reconfigure(background, &types.ClusterConfigSpecEx{
		DasConfig: &types.ClusterDasConfigInfo{
			HostMonitoring: "disabled", AdmissionControlPolicy: &types.ClusterFailoverLevelAdmissionControlPolicy{FailoverLevel: 2},
		},
		DpmConfig:           &types.ClusterDpmConfigInfo{Enabled: yes, HostPowerActionRate: 5},
		Orchestration:       &types.ClusterOrchestrationInfo{DefaultVmReadiness: &types.ClusterVmReadiness{PostReadyDelay: 30}},
		InfraUpdateHaConfig: &types.ClusterInfraUpdateHaConfigInfo{Behavior: "Automated"},
		ProactiveDrsConfig:  &types.ClusterProactiveDrsConfigInfo{Enabled: yes},
	}, true))
	config := read[mo.ClusterComputeResource](r, client, cluster, "configurationEx").ConfigurationEx.(*types.ClusterConfigInfoEx)
	policy, ok := config.DasConfig.AdmissionControlPolicy.(*types.ClusterFailoverLevelAdmissionControlPolicy)
	if !ok || policy.FailoverLevel != 2 {
		t.Errorf("admission control is %#v", config.DasConfig.AdmissionControlPolicy)
	}
	if config.DrsConfig.DefaultVmBehavior != types.DrsBehaviorFullyAutomated || config.DasConfig.DefaultVmSettings.RestartPriority != "medium" {
		t.Errorf("defaults that were never touched are gone: %+v", config.DrsConfig)
	}
	if config.DasConfig.HostMonitoring != "disabled" || !*config.DasConfig.Enabled {
		t.Errorf("HA is %+v: what was set is gone, or what was not set has changed", config.DasConfig)
	}
	if !*config.DpmConfigInfo.Enabled || config.DpmConfigInfo.HostPowerActionRate != 5 {
		t.Errorf("DPM is %+v", config.DpmConfigInfo)
	}
	if config.Orchestration.DefaultVmReadiness.PostReadyDelay != 30 || config.InfraUpdateHaConfig.Behavior != "Automated" || !*config.ProactiveDrsConfig.Enabled {
		t.Errorf("orchestration, proactive HA or predictive DRS were forgotten: %+v", config)
	}
}

func TestRulesAndGroupsComeAndGo(t *testing.T) {
	r := start(t)
	client := r.login()
	finder := r.finder(client)
	cluster, err := finder.ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	machines, err := finder.VirtualMachineList(background, "old-sql-*")
	r.must(err)
	refs := []types.ManagedObjectReference{machines[0].Reference(), machines[1].Reference()}
	change := func(spec *types.ClusterConfigSpecEx) *types.ClusterConfigInfoEx {
		r.done(cluster.Reconfigure(background, spec, true))
		return read[mo.ClusterComputeResource](r, client, cluster, "configurationEx").ConfigurationEx.(*types.ClusterConfigInfoEx)
	}
	rule := &types.ClusterAntiAffinityRuleSpec{ClusterRuleInfo: types.ClusterRuleInfo{Name: "apart"}, Vm: refs}
	config := change(&types.ClusterConfigSpecEx{
		GroupSpec: []types.ClusterGroupSpec{{
			ArrayUpdateSpec: types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationAdd},
			Info:            &types.ClusterVmGroup{ClusterGroupInfo: types.ClusterGroupInfo{Name: "sql"}, Vm: refs},
		}},
		RulesSpec: []types.ClusterRuleSpec{{ArrayUpdateSpec: types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationAdd}, Info: rule}},
	})
	if len(config.Group) != 1 || len(config.Rule) != 1 {
		t.Fatalf("%d groups and %d rules, one of each was added", len(config.Group), len(config.Rule))
	}
	known := config.Rule[0].GetClusterRuleInfo()
	rule.Key, rule.Name, rule.Mandatory = known.Key, "kept apart", types.NewBool(true)
	config = change(&types.ClusterConfigSpecEx{
		RulesSpec: []types.ClusterRuleSpec{{ArrayUpdateSpec: types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationEdit}, Info: rule}},
	})
	if edited := config.Rule[0].GetClusterRuleInfo(); edited.Name != "kept apart" || edited.Key != known.Key || edited.RuleUuid != known.RuleUuid {
		t.Errorf("the edited rule is %+v, it was %+v", edited, known)
	}
	config = change(&types.ClusterConfigSpecEx{
		GroupSpec: []types.ClusterGroupSpec{{ArrayUpdateSpec: types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationRemove, RemoveKey: "sql"}}},
		RulesSpec: []types.ClusterRuleSpec{{ArrayUpdateSpec: types.ArrayUpdateSpec{Operation: types.ArrayUpdateOperationRemove, RemoveKey: known.Key}}},
	})
	if len(config.Group) != 0 || len(config.Rule) != 0 {
		t.Errorf("%d groups and %d rules are left", len(config.Group), len(config.Rule))
	}
}

func TestHostsComeAndGoAndClustersAreDestroyed(t *testing.T) {
	r := start(t)
	client := r.login()
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	cluster, err := folders.HostFolder.CreateCluster(background, "new", types.ClusterConfigSpecEx{})
	r.must(err)
	for _, name := range []string{"a.example", "b.example"} {
		r.done(cluster.AddHost(background, types.HostConnectSpec{HostName: name, UserName: "root"}, true, nil, nil))
	}
	hosts, err := cluster.Hosts(background)
	r.must(err)
	task, err := hosts[0].Destroy(background)
	r.must(err)
	if task.Wait(background) == nil {
		t.Error("a connected host that is not in maintenance was removed from its cluster")
	}
	r.done(hosts[0].Disconnect(background))
	r.done(hosts[0].Destroy(background))
	state := read[mo.ClusterComputeResource](r, client, cluster, "host", "summary")
	if len(state.Host) != 1 || state.Summary.GetComputeResourceSummary().NumHosts != 1 {
		t.Errorf("the cluster still lists %v (%d hosts in its summary)", state.Host, state.Summary.GetComputeResourceSummary().NumHosts)
	}
	r.done(cluster.Destroy(background))
	if lost := client.RetrieveOne(background, hosts[1].Reference(), []string{"name"}, new(mo.HostSystem)); lost == nil {
		t.Error("the destroyed cluster's host is still there")
	}
}

func TestClusterIsFoundByItsBaseType(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, err := r.finder(client).ClusterComputeResource(background, "gislaved-prod")
	r.must(err)
	ref := types.ManagedObjectReference{Type: "ComputeResource", Value: cluster.Reference().Value}
	if state := read[mo.ComputeResource](r, client, ref, "name"); state.Name != "gislaved-prod" {
		t.Errorf("%s is %q", ref, state.Name)
	}
}

func TestHostServices(t *testing.T) {
	r := start(t)
	client := r.login()
	host, err := r.finder(client).HostSystem(background, "esx01.gislaved.example")
	r.must(err)
	managers := read[mo.HostSystem](r, client, host, "configManager").ConfigManager
	for name, ref := range map[string]*types.ManagedObjectReference{
		"access": managers.HostAccessManager, "time": managers.DateTimeSystem, "services": managers.ServiceSystem, "vSAN": managers.VsanSystem,
	} {
		if ref == nil {
			t.Fatalf("the host has no manager for %s", name)
		}
	}
	_, err = methods.ChangeLockdownMode(background, client, &types.ChangeLockdownMode{This: *managers.HostAccessManager, Mode: types.HostLockdownModeLockdownNormal})
	r.must(err)
	clock := object.NewHostDateTimeSystem(client.Client, *managers.DateTimeSystem)
	r.must(clock.UpdateConfig(background, types.HostDateTimeConfig{NtpConfig: &types.HostNtpConfig{Server: []string{"ntp.example"}}}))
	services := object.NewHostServiceSystem(client.Client, *managers.ServiceSystem)
	r.must(services.Start(background, "ntpd"))
	config := read[mo.HostSystem](r, client, host, "config").Config
	if config.LockdownMode != types.HostLockdownModeLockdownNormal {
		t.Errorf("lockdown is %s", config.LockdownMode)
	}
	if config.DateTimeInfo == nil || config.DateTimeInfo.NtpConfig.Server[0] != "ntp.example" {
		t.Errorf("NTP is %+v", config.DateTimeInfo)
	}
	for _, each := range config.Service.Service {
		if each.Key == "ntpd" && !each.Running {
			t.Error("ntpd was started and does not run")
		}
	}
	if vsan := read[mo.HostVsanSystem](r, client, *managers.VsanSystem); vsan.Config.StorageInfo == nil {
		t.Error("the vSAN system has no storage info")
	}
}

func TestTagCategoryTypesHaveNoPrefix(t *testing.T) {
	r := start(t)
	client := rest.NewClient(r.connect())
	r.must(client.Login(background, url.UserPassword(testAccount.Username, testAccount.Password)))
	manager := tags.NewManager(client)
	id, err := manager.CreateCategory(background, &tags.Category{Name: "tier", Cardinality: "SINGLE", AssociableTypes: []string{"urn:vim25:Folder"}})
	r.must(err)
	if made, err := manager.GetCategory(background, id); err != nil || made.AssociableTypes[0] != "Folder" {
		t.Errorf("the category is for %v (%v), it was made for Folder", made, err)
	}
}

func TestAnEmptyRestListIsAList(t *testing.T) {
	r := start(t)
	client := rest.NewClient(r.connect())
	r.must(client.Login(background, url.UserPassword(testAccount.Username, testAccount.Password)))
	for _, path := range []string{"/rest/com/vmware/cis/tagging/category", "/rest/com/vmware/cis/tagging/tag"} {
		var answer json.RawMessage
		request := client.Resource(strings.TrimPrefix(path, rest.Path)).Request(http.MethodGet)
		r.must(client.Do(background, request, &answer))
		if string(answer) != "[]" {
			t.Errorf("%s answers %s, vCenter an empty list", path, answer)
		}
	}
}

func TestRolesAndPermissions(t *testing.T) {
	r := start(t)
	client := r.login()
	manager := object.NewAuthorizationManager(client.Client)
	id, err := manager.AddRole(background, "operators", []string{"StorageProfile.View"})
	r.must(err)
	second, err := manager.AddRole(background, "readers", nil)
	r.must(err)
	if id == 0 || id == second {
		t.Fatalf("the roles' ids are %d and %d", id, second)
	}
	r.must(manager.UpdateRole(background, id, "operators", []string{"VirtualMachine.Interact.PowerOn"}))
	roles, err := manager.RoleList(background)
	r.must(err)
	if made := roles.ByName("operators"); made == nil || made.RoleId != id || !strings.Contains(strings.Join(made.Privilege, " "), "PowerOn") {
		t.Errorf("the role is %+v", made)
	}
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	entity := folders.VmFolder.Reference()
	r.must(manager.SetEntityPermissions(background, entity, []types.Permission{{Principal: "GGVV\\a", Group: true, RoleId: id, Propagate: true}}))
	r.must(manager.SetEntityPermissions(background, entity, []types.Permission{{Principal: "GGVV\\b", Group: true, RoleId: second}}))
	r.must(manager.RemoveEntityPermission(background, entity, "GGVV\\a", true))
	left, err := manager.RetrieveEntityPermissions(background, entity, false)
	r.must(err)
	if len(left) != 1 || left[0].Principal != "GGVV\\b" || left[0].RoleId != second {
		t.Errorf("the permissions left are %+v: a was removed, b has to stay", left)
	}
}
