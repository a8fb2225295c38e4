package shop

import (
	_ "embed" // the rule books

	"github.com/o2ckit/o2c/order/desk/steps"
	"github.com/o2ckit/o2c/rules"
)

//go:embed rulebooks/validation.yaml
var validationYAML []byte

//go:embed rulebooks/holds.yaml
var holdsYAML []byte

// Rules are the rule books in force. Each can be replaced while the shop works.
type Rules struct {
	Validation *rules.Live[steps.ValidationFacts, steps.ValidationEffect]
	Holds      *rules.Live[steps.HoldFacts, steps.HoldEffect]
}

// loadRules reads the shop's own books. A rule that fails on an order, because
// of another currency say, is left out with a warning, so that no order waits for
// it to be mended.
func loadRules() (Rules, error) {
	config := rules.Config{OnError: rules.SkipAndReport}
	validation, err := loadValidation("validation.yaml", validationYAML, config)
	if err != nil {
		return Rules{}, err
	}
	schema, err := steps.NewHoldSchema(config)
	if err != nil {
		return Rules{}, err
	}
	holds, err := rules.Load(schema, rules.YAML[steps.HoldEffect]("holds.yaml", holdsYAML))
	if err != nil {
		return Rules{}, err
	}
	return Rules{Validation: rules.NewLive(validation), Holds: rules.NewLive(holds)}, nil
}

// loadValidation reads a book of checks.
func loadValidation(name string, text []byte, config rules.Config) (*steps.ValidationBook, error) {
	schema, err := steps.NewValidationSchema(config)
	if err != nil {
		return nil, err
	}
	book, err := rules.Load(schema, rules.YAML[steps.ValidationEffect](name, text))
	if err != nil {
		return nil, err
	}
	return book, steps.CheckValidationBook(book)
}
