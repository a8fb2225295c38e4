// Package x12 compares reading purchase orders, 850, with cutting the same bytes
// into pieces at the separators, which is what reading costs at the very least.
package x12
