package main

import "reflect"

// merge copies what is set in the source into the fields of the same name, deep into structs: the way vCenter treats a
// config spec with modify=true. dst and src are pointers to structs; what is unset in src stays as it is in dst.
// A plain bool is always set: only those behind pointers can be left out of a spec.
func merge(dst, src any) {
	mergeStruct(reflect.ValueOf(dst).Elem(), reflect.ValueOf(src).Elem())
}

func mergeStruct(dst, src reflect.Value) {
	for i := range src.NumField() {
		field := src.Type().Field(i)
		from := src.Field(i)
		if field.Anonymous && from.Kind() == reflect.Struct {
			if to := dst.FieldByName(field.Name); to.IsValid() && to.Type() == from.Type() {
				mergeStruct(to, from)
			} else {
				mergeStruct(dst, from)
			}
			continue
		}
		if to := dst.FieldByName(field.Name); to.IsValid() && to.CanSet() && (!from.IsZero() || from.Kind() == reflect.Bool) {
			mergeValue(to, from)
		}
	}
}

func mergeValue(to, from reflect.Value) {
	if to.Kind() == reflect.Interface && !to.IsNil() && from.Kind() == reflect.Interface &&
		to.Elem().Type() == from.Elem().Type() && isStructPointer(from.Elem()) && !to.Elem().IsNil() {
		mergeStruct(to.Elem().Elem(), from.Elem().Elem())
		return
	}
	if isStructPointer(from) {
		switch {
		case to.Type() == from.Type() && !to.IsNil():
			mergeStruct(to.Elem(), from.Elem())
			return
		case to.Type() == from.Type().Elem():
			mergeStruct(to, from.Elem())
			return
		}
	}
	switch {
	case from.Kind() == reflect.Struct && to.Type() == from.Type() && from.Type().PkgPath() != "time":
		mergeStruct(to, from)
	case from.Type().AssignableTo(to.Type()):
		to.Set(from)
	case from.Kind() == reflect.Pointer && from.Type().Elem().AssignableTo(to.Type()):
		to.Set(from.Elem())
	case to.Kind() == reflect.Pointer && from.Type().AssignableTo(to.Type().Elem()):
		value := reflect.New(from.Type())
		value.Elem().Set(from)
		to.Set(value)
	}
}

func isStructPointer(value reflect.Value) bool {
	return value.Kind() == reflect.Pointer && value.Type().Elem().Kind() == reflect.Struct
}
