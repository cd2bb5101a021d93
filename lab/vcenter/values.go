package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/vim25/types"
)

var vimType = types.TypeFunc()

// element finds the element of an array whose key is the given one.
func element(value reflect.Value, key string) (reflect.Value, bool) {
	if value.Kind() != reflect.Slice {
		return value, false
	}
	for i := range value.Len() {
		item, ok := dereference(value.Index(i))
		if !ok || item.Kind() != reflect.Struct {
			continue
		}
		for _, name := range []string{"Key", "Id"} {
			field, ok := fieldOf(item.Type(), name)
			if !ok {
				continue
			}
			if found, ok := step(item, field.Index); ok && fmt.Sprint(found.Interface()) == key {
				return item, true
			}
		}
	}
	return value, false
}

// unkeyed is an array's element as a value.
func unkeyed(value reflect.Value) types.AnyType {
	value, ok := dereference(value)
	if !ok {
		return nil
	}
	return value.Interface()
}

// wrapped is a property's value as it goes over the wire: pointers followed, arrays in their ArrayOf type, nil if unset.
func wrapped(value reflect.Value) types.AnyType {
	switch value.Kind() {
	case reflect.String:
		if value.Len() == 0 {
			return nil
		}
	case reflect.Pointer:
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	case reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return value.Interface()
	}
	if value.Kind() != reflect.Slice {
		return value.Interface()
	}
	return arrayOf(value)
}

func arrayOf(value reflect.Value) types.AnyType {
	switch v := value.Interface().(type) {
	case []string:
		return &types.ArrayOfString{String: v}
	case []uint8:
		return &types.ArrayOfByte{Byte: v}
	case types.ByteSlice:
		return &types.ArrayOfByte{Byte: v}
	case []int16:
		return &types.ArrayOfShort{Short: v}
	case []int32:
		return &types.ArrayOfInt{Int: v}
	case []int64:
		return &types.ArrayOfLong{Long: v}
	}
	name := strings.TrimPrefix(value.Type().Elem().Name(), "Base")
	kind, ok := vimType("ArrayOf" + name)
	if !ok {
		return nil
	}
	array := reflect.New(kind)
	array.Elem().FieldByName(name).Set(value)
	return array.Interface()
}
