package stockcmd

import (
	"errors"
	"strings"
	"unicode"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/atp/backorder"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/jsonfile"
	"github.com/o2ckit/o2c/kernel/calendar"
	"github.com/o2ckit/o2c/rules"
)

// faultsOf takes an error apart that the part of a file at a path is to blame for.
func faultsOf(path string, err error) []jsonfile.Fault {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var faults []jsonfile.Fault
		for _, one := range joined.Unwrap() {
			faults = append(faults, faultsOf(path, one)...)
		}
		return faults
	}
	at := func(field, reason string) []jsonfile.Fault {
		return []jsonfile.Fault{{Path: join(path, snake(field)), Message: reason}}
	}
	var request *atp.RequestError
	var config *atp.ConfigError
	var days *calendar.ConfigError
	var line *backorder.LineError
	var broken *rules.LoadError
	switch {
	case errors.As(err, &request):
		return at(request.Field, request.Reason)
	case errors.As(err, &config):
		return at(config.Field, config.Reason)
	case errors.As(err, &days):
		return at(days.Field, days.Reason)
	case errors.As(err, &line):
		return at(line.Field, line.Reason)
	case errors.As(err, &broken):
		return jsonfile.RuleFaults(path, broken)
	}
	return []jsonfile.Fault{{Path: path, Message: err.Error()}}
}

// join puts a path together.
func join(path, field string) string {
	if path == "" || field == "" {
		return path + field
	}
	return path + "." + field
}

// snake writes the name of a field as it stands in a file: Partial.AtMost is
// partial.at_most. A Ref is made from the item.
func snake(field string) string {
	var b strings.Builder
	before := '.'
	for _, r := range field {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	name := b.String()
	if name == "ref" || strings.HasSuffix(name, ".ref") {
		name = strings.TrimSuffix(name, "ref") + "item"
	}
	return name
}

// blames reports whether the file is to blame for an error.
func blames(err error) bool {
	var request *atp.RequestError
	var line *backorder.LineError
	var outside *calendar.RangeError
	return errors.As(err, &request) || errors.As(err, &line) || errors.As(err, &outside) || errors.Is(err, atp.ErrRange)
}
