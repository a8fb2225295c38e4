package gateway

import (
	"errors"

	"github.com/o2ckit/o2c/edi/edifact"
	"github.com/o2ckit/o2c/edi/partner"
	"github.com/o2ckit/o2c/edi/x12"
)

// ConfigError says which setting of a [Config] is missing.
type ConfigError struct{ Field string }

// Error names the setting.
func (e *ConfigError) Error() string { return "gateway: config: " + e.Field + " is missing" }

// ErrNotOne is returned by [Gateway.Process] for what is not one set or message.
var ErrNotOne = errors.New("gateway: it is not one set or message")

// unwritable tells whether an answer cannot be written, however often it is tried.
func unwritable(err error) bool {
	return is[*x12.WriteError](err) || is[*edifact.ValueError](err) || is[*edifact.SeparatorError](err) ||
		is[*partner.InvalidError](err) || is[*partner.SchemaError](err) || is[*partner.AdditionError](err) ||
		is[*partner.DocumentError](err) || errors.Is(err, x12.ErrDelimiters) || errors.Is(err, partner.ErrTooLarge)
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
