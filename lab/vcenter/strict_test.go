package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// emptyValues finds the values of enumerations that are empty where the API has no way to leave them out.
func emptyValues(at string, value reflect.Value) []string {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			return emptyValues(at, value.Elem())
		}
	case reflect.Slice:
		var found []string
		for i := range value.Len() {
			found = append(found, emptyValues(fmt.Sprintf("%s[%d]", at, i), value.Index(i))...)
		}
		return found
	case reflect.Struct:
		var found []string
		for i := range value.NumField() {
			field := value.Type().Field(i)
			part := value.Field(i)
			if part.Kind() == reflect.String && part.Type().PkgPath() != "" && part.Len() == 0 && !strings.Contains(string(field.Tag), "omitempty") {
				found = append(found, at+"."+field.Name)
			} else if field.IsExported() {
				found = append(found, emptyValues(at+"."+field.Name, part)...)
			}
		}
		return found
	}
	return nil
}

// An empty value is none of an enumeration's: pyVmomi refuses the whole answer that has one.
func TestNoEnumerationIsToldEmpty(t *testing.T) {
	r := start(t)
	client := r.login()
	cluster, hosts := r.newCluster(client, "new", "esx-a.example", "esx-b.example")
	r.newCluster(client, "empty")
	r.standAlone(client, "esx-c.example")
	r.done(hosts[1].EnterMaintenanceMode(background, 0, true, nil))
	folders, err := mustDatacenter(r, r.finder(client)).Folders(background)
	r.must(err)
	r.done(folders.HostFolder.MoveInto(background, []types.ManagedObjectReference{hosts[1].Reference()}))
	r.reconfigureVsan(client, cluster, vsanSwitch(true))
	machine := r.newMachine(client, types.VirtualMachineConfigSpec{Name: "made", NumCPUs: 1, MemoryMB: 512, DeviceChange: devices()})
	r.done(machine.PowerOn(background))
	pool, err := rootPool(r, client).Create(background, "pool", types.DefaultResourceConfigSpec())
	r.must(err)
	place := types.VirtualMachineRelocateSpec{Pool: types.NewReference(pool.Reference())}
	r.done(machine.Clone(background, folders.VmFolder, "clone", types.VirtualMachineCloneSpec{Location: place}))
	_, err = folders.DatastoreFolder.CreateStoragePod(background, "pod")
	r.must(err)
	for _, kind := range derived["ManagedEntity"] {
		for _, entity := range r.vcenter.registry().All(kind) {
			value, ok := managed(entity.(mo.Reference))
			if !ok {
				continue
			}
			for _, empty := range emptyValues(kind, value) {
				t.Errorf("%s %s: %s", nameOf(entity), entity.Reference().Value, empty)
			}
		}
	}
}
