package main

import (
	"testing"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// machinesSpec asks for a property of all machines by way of a view, as clients do that list an inventory.
func machinesSpec(r *running, client *govmomi.Client, path string) types.PropertyFilterSpec {
	r.t.Helper()
	all, err := view.NewManager(client.Client).CreateContainerView(background, client.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	r.must(err)
	return types.PropertyFilterSpec{
		ObjectSet: []types.ObjectSpec{{Obj: all.Reference(), Skip: types.NewBool(true), SelectSet: []types.BaseSelectionSpec{
			&types.TraversalSpec{Type: "ContainerView", Path: "view"},
		}}},
		PropSet: []types.PropertySpec{{Type: "VirtualMachine", PathSet: []string{path}}},
	}
}

func TestInventoryIsReadInPages(t *testing.T) {
	r := start(t)
	client := r.login()
	collector := client.ServiceContent.PropertyCollector
	spec := []types.PropertyFilterSpec{machinesSpec(r, client, "name")}
	first, err := methods.RetrievePropertiesEx(background, client, &types.RetrievePropertiesEx{This: collector, SpecSet: spec, Options: types.RetrieveOptions{MaxObjects: 5}})
	r.must(err)
	seen, token := len(first.Returnval.Objects), first.Returnval.Token
	var pages []int
	for token != "" {
		next, err := methods.ContinueRetrievePropertiesEx(background, client, &types.ContinueRetrievePropertiesEx{This: collector, Token: token})
		r.must(err)
		pages = append(pages, len(next.Returnval.Objects))
		seen, token = seen+len(next.Returnval.Objects), next.Returnval.Token
	}
	if seen != 12 || len(pages) != 2 || pages[0] != 5 || pages[1] != 2 {
		t.Errorf("12 machines in pages of 5 came as %d, after the first page %v", seen, pages)
	}
	if _, err := methods.ContinueRetrievePropertiesEx(background, client, &types.ContinueRetrievePropertiesEx{This: collector, Token: first.Returnval.Token}); err == nil {
		t.Error("a page came twice")
	}
	again, err := methods.RetrievePropertiesEx(background, client, &types.RetrievePropertiesEx{This: collector, SpecSet: spec, Options: types.RetrieveOptions{MaxObjects: 5}})
	r.must(err)
	_, err = methods.CancelRetrievePropertiesEx(background, client, &types.CancelRetrievePropertiesEx{This: collector, Token: again.Returnval.Token})
	r.must(err)
	if _, err := methods.ContinueRetrievePropertiesEx(background, client, &types.ContinueRetrievePropertiesEx{This: collector, Token: again.Returnval.Token}); err == nil {
		t.Error("a page came after the retrieval was cancelled")
	}
	old, err := methods.RetrieveProperties(background, client, &types.RetrieveProperties{This: collector, SpecSet: spec})
	r.must(err)
	if len(old.Returnval) != 12 {
		t.Errorf("the older form of the call has %d of 12 machines", len(old.Returnval))
	}
}

func TestPropertyIsReadByItsKey(t *testing.T) {
	r := start(t)
	client := r.login()
	machine, err := r.finder(client).VirtualMachine(background, "old-web-01")
	r.must(err)
	var content []types.ObjectContent
	r.must(property.DefaultCollector(client.Client).RetrieveOne(background, machine.Reference(), []string{"config.hardware.device[100]", "config.hardware.device[9999]"}, &content))
	if len(content) != 1 || len(content[0].PropSet) != 1 {
		t.Fatalf("of a device that is there and one that is not came %+v", content)
	}
	if controller, ok := content[0].PropSet[0].Val.(types.VirtualPCIController); !ok || controller.Key != 100 {
		t.Errorf("device 100 is %#v", content[0].PropSet[0].Val)
	}
	if property.DefaultCollector(client.Client).RetrieveOne(background, machine.Reference(), []string{"config.noSuchProperty"}, new(mo.VirtualMachine)) == nil {
		t.Error("a property was read that no machine has")
	}
}

func TestChangesAreToldOnce(t *testing.T) {
	r := start(t)
	client := r.login()
	machine, err := r.finder(client).VirtualMachine(background, "old-web-01")
	r.must(err)
	collector, err := property.DefaultCollector(client.Client).Create(background)
	r.must(err)
	_, err = collector.CreateFilter(background, types.CreateFilter{Spec: machinesSpec(r, client, "config.annotation")})
	r.must(err)
	check := func(version string) *types.UpdateSet {
		t.Helper()
		res, err := methods.CheckForUpdates(background, client, &types.CheckForUpdates{This: collector.Reference(), Version: version})
		r.must(err)
		return res.Returnval
	}
	begin, err := methods.WaitForUpdates(background, client, &types.WaitForUpdates{This: collector.Reference()})
	r.must(err)
	if got := len(begin.Returnval.FilterSet[0].ObjectSet); got != 12 {
		t.Errorf("the watch begins with %d of 12 machines", got)
	}
	version := begin.Returnval.Version
	if got := check(version); got != nil {
		t.Errorf("nothing has changed and %+v is told", got)
	}
	r.done(machine.Reconfigure(background, types.VirtualMachineConfigSpec{Annotation: "changed"}))
	changed := check(version)
	if changed == nil || len(changed.FilterSet[0].ObjectSet) != 1 || changed.FilterSet[0].ObjectSet[0].Obj != machine.Reference() {
		t.Fatalf("one machine has changed, %+v is told", changed)
	}
	if got := check(changed.Version); got != nil {
		t.Errorf("one change is told twice: %+v", got)
	}
}
