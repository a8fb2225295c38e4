// Package partners has the profiles of the trading partners of the demo, each as YAML
// and each of another style: a retailer with many demands, a grocer, a maker of car
// parts with EDIFACT beside X12, a hardware store that deviates, and a warehouse.
package partners

import "embed"

// Files are the profiles.
//
//go:embed *.yaml
var Files embed.FS
