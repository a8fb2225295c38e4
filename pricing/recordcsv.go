package pricing

import (
	"bufio"
	"encoding"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/o2ckit/o2c/kernel/money"
	"github.com/o2ckit/o2c/kernel/quantity"
)

// The columns of records in CSV.
const (
	columnID       = "id"
	columnPrice    = "price"
	columnRate     = "rate"
	columnCurrency = "currency"
	columnUnit     = "unit"
	columnScale    = "scale"
	columnAt       = "at"
)

// recordColumns are all of them, in the order in which they are written. Those from
// price on can be given again in the further rows of a scale.
func recordColumns() []string {
	return []string{
		columnID, "step", "kind", "contract", "account", "hierarchy", "group", "price_list", "item", "item_hierarchy", "category",
		"per", columnUnit, "from", "to", "discounts", columnScale, "bound", "by", "over", "mix", columnCurrency,
		columnAt, columnPrice, columnRate,
	}
}

// ReadRecordsCSV reads records from CSV whose first row names the columns: those
// that are needed, in any order, of
//
//	id, step, kind, contract, account, hierarchy, group, price_list, item,
//	item_hierarchy, category, price, rate, currency, per, unit, from, to, discounts,
//	scale, bound, by, over, mix, at
//
// They are the fields of [Record], with scale for the kind of its scale and at for
// the bound of a row of it. A record with a scale has a row for each of the scale's;
// the further ones repeat the id and may leave all other cells but at, price and
// rate empty. A price is 10.00 USD, or 10.00 where the row has a currency; a bound
// is 100, or 100 KG. Cells are separated by commas, or by semicolons or tabs where
// the first row has those and no commas.
//
// The error is a *[LoadError] with a *[SourceError] for each fault of the text, a
// hundred of them at most; whether the records make sense is for [NewBook].
func ReadRecordsCSV(name string, r io.Reader) ([]Record, error) {
	in := &csvRecords{name: name}
	if err := in.read(r); err != nil {
		var located *csv.ParseError
		if errors.As(err, &located) {
			in.line, err = located.Line, located.Err
		}
		in.refuse("", "%s", err)
	}
	if err := in.found.err(); err != nil {
		return nil, err
	}
	return in.records, nil
}

// maxSourceFaults is after how many faults the reading ends.
const maxSourceFaults = 100

type csvRecords struct {
	name    string
	records []Record
	columns []string
	row     []string
	line    int
	last    string // the id of the row before, where it is of a scale
	found   faults
}

func (c *csvRecords) refuse(column, format string, args ...any) {
	if len(c.found) < maxSourceFaults {
		c.found = append(c.found, &SourceError{
			Source: c.name, Line: c.line, Column: slices.Index(c.columns, column) + 1, Path: column, Reason: fmt.Sprintf(format, args...),
		})
	}
}

func (c *csvRecords) read(r io.Reader) error {
	text := bufio.NewReader(r)
	if mark, err := text.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		if _, err := text.Discard(len(mark)); err != nil {
			return err
		}
	}
	head, err := text.Peek(4096) // less where the text is shorter
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	in := csv.NewReader(text)
	in.Comma = separator(string(head))
	in.ReuseRecord = true
	c.line = 1
	if c.columns, err = in.Read(); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("there is no row that names the columns")
		}
		return err
	}
	c.columns = slices.Clone(c.columns)
	if !c.checkColumns() {
		return nil
	}
	for len(c.found) < maxSourceFaults {
		c.row, err = in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		c.line, _ = in.FieldPos(0)
		c.add()
	}
	return nil
}

// separator is what separates the cells of the first row.
func separator(head string) rune {
	first, _, _ := strings.Cut(head, "\n")
	for _, c := range ",;\t" {
		if strings.ContainsRune(first, c) {
			return c
		}
	}
	return ','
}

func (c *csvRecords) checkColumns() bool {
	known := recordColumns()
	for i, column := range c.columns {
		column = strings.TrimSpace(column)
		c.columns[i] = column
		switch {
		case !slices.Contains(known, column):
			c.refuse(column, "there is no column of the name; known are %s", strings.Join(known, ", "))
		case slices.Contains(c.columns[:i], column):
			c.refuse(column, "it stands twice")
		}
	}
	if !slices.Contains(c.columns, columnID) {
		c.refuse(columnID, "the column is missing")
	}
	return len(c.found) == 0
}

// cell returns the text of a cell, empty where there is no such column.
func (c *csvRecords) cell(column string) string {
	if i := slices.Index(c.columns, column); i >= 0 {
		return strings.TrimSpace(c.row[i])
	}
	return ""
}

// add reads a row: a record, or a further row of the scale of the one before.
func (c *csvRecords) add() {
	if !slices.ContainsFunc(c.row, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
		return
	}
	id := strings.Clone(c.cell(columnID))
	if id != "" && id == c.last {
		c.checkRepeated()
		r := &c.records[len(c.records)-1]
		r.Scale.Rows = append(r.Scale.Rows, c.scaleRow(r))
		return
	}
	c.last = ""
	r := Record{
		ID: id, Step: c.text("step"), Kind: DiscountKind(c.text("kind")), Discounts: DiscountPolicy(c.text("discounts")),
		Key: Key{
			Contract: c.text("contract"), Account: c.text("account"), Hierarchy: c.text("hierarchy"), Group: c.text("group"),
			PriceList: c.text("price_list"), Item: c.text("item"), ItemHierarchy: c.text("item_hierarchy"), Category: c.text("category"),
		},
	}
	if per := c.cell("per"); per != "" {
		n, err := strconv.ParseInt(per, 10, 64)
		if err != nil {
			c.refuse("per", "%q is no whole number", per)
		}
		r.Per = n
	}
	c.unmarshal(columnUnit, &r.Unit)
	c.unmarshal("from", &r.From)
	c.unmarshal("to", &r.To)
	if kind := c.text(columnScale); kind != "" {
		c.last = id
		r.Scale = &Scale{
			Kind: ScaleKind(kind), Bound: Bound(c.text("bound")), By: Measure(c.text("by")),
			Over: ScaleScope(c.text("over")), Mix: c.text("mix"),
		}
		r.Scale.Rows = []ScaleRow{c.scaleRow(&r)}
	} else {
		r.Price = c.amount(columnPrice)
		c.unmarshal(columnRate, &r.Rate)
		for _, column := range []string{"bound", "by", "over", "mix", columnAt} {
			if c.cell(column) != "" {
				c.refuse(column, "it belongs to a scale, and scale says no kind")
			}
		}
	}
	c.records = append(c.records, r)
}

// checkRepeated makes sure that a further row of a scale says nothing that the
// record does not.
func (c *csvRecords) checkRepeated() {
	r := &c.records[len(c.records)-1]
	was := recordCells(r)
	for i, column := range recordColumns() {
		now := c.cell(column)
		switch column {
		case columnID, columnAt, columnPrice, columnRate, columnCurrency:
			continue
		}
		if now != "" && now != was[i] {
			c.refuse(column, "the scale's rows say %q and %q", was[i], now)
		}
	}
}

func (c *csvRecords) scaleRow(r *Record) ScaleRow {
	row := ScaleRow{Price: c.amount(columnPrice)}
	c.unmarshal(columnRate, &row.Rate)
	at := c.cell(columnAt)
	if at == "" {
		c.refuse(columnAt, "the row of a scale has no bound")
		return row
	}
	var err error
	switch {
	case r.Scale.By == ByValue:
		if at != "0" { // which needs no currency
			row.Value = c.amount(columnAt)
		}
	case strings.Contains(at, " "):
		row.Quantity, err = quantity.Parse(at)
	case r.Scale.By == ByWeight:
		row.Quantity, err = quantity.ParseNumber(at, quantity.Kilogram)
	default:
		row.Quantity, err = quantity.ParseNumber(at, r.Unit)
	}
	if err != nil {
		c.refuse(columnAt, "%s", err)
	}
	return row
}

// text returns a cell that may be kept.
func (c *csvRecords) text(column string) string { return strings.Clone(c.cell(column)) }

// amount reads an amount, with its currency or in that of the row.
func (c *csvRecords) amount(column string) money.Amount {
	text, code := c.cell(column), c.cell(columnCurrency)
	if text == "" {
		return money.Amount{}
	}
	var a money.Amount
	var err error
	if code != "" && !strings.Contains(text, " ") {
		var currency money.Currency
		if currency, err = money.ParseCurrency(code); err == nil {
			a, err = money.ParseNumber(text, currency)
		}
	} else {
		a, err = money.Parse(text)
	}
	switch {
	case err != nil:
		c.refuse(column, "%s", err)
	case a.Currency() == 0:
		c.refuse(column, "%q has no currency", text)
	case code != "" && a.Currency().Code() != code:
		c.refuse(column, "%q is not in the currency of the row, %s", text, code)
	}
	return a
}

func (c *csvRecords) unmarshal(column string, into encoding.TextUnmarshaler) {
	if text := c.cell(column); text != "" {
		if err := into.UnmarshalText([]byte(text)); err != nil {
			c.refuse(column, "%s", err)
		}
	}
}

// WriteRecordsCSV writes records as [ReadRecordsCSV] reads them, with all columns. A
// text that begins or ends with spaces, or has a carriage return before a line feed,
// would not come back as it was; it is an error, as is a scale without rows.
func WriteRecordsCSV(w io.Writer, records iter.Seq[Record]) error {
	out := csv.NewWriter(w)
	if err := out.Write(recordColumns()); err != nil {
		return err
	}
	for r := range records {
		cells := recordCells(&r)
		for _, cell := range cells {
			if cell != strings.TrimSpace(cell) {
				return fmt.Errorf("pricing: record %s: %q begins or ends with a space", r.ID, cell)
			}
			if strings.Contains(cell, "\r\n") {
				return fmt.Errorf("pricing: record %s: %q has a carriage return before a line feed", r.ID, cell)
			}
		}
		rows := []ScaleRow{{Price: r.Price, Rate: r.Rate}}
		if r.Scale != nil {
			rows = r.Scale.Rows
		}
		if len(rows) == 0 {
			return fmt.Errorf("pricing: record %s: its scale has no rows", r.ID)
		}
		for _, row := range rows {
			writeRow(cells, &r, &row)
			if err := out.Write(cells); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// writeRow fills in the cells that differ from row to row of a scale.
func writeRow(cells []string, r *Record, row *ScaleRow) {
	at, price, rate := "", "", ""
	if row.Price.Currency() != 0 {
		price = row.Price.String()
	}
	if r.Kind == Percent {
		rate = row.Rate.String()
	}
	switch {
	case r.Scale == nil:
	case r.Scale.By == ByValue && row.Value.Currency() == 0 && r.currency() != 0:
		at = money.Zero(r.currency()).String()
	case r.Scale.By == ByValue:
		at = row.Value.String()
	default:
		at = row.Quantity.String()
	}
	end := len(cells)
	cells[end-3], cells[end-2], cells[end-1] = at, price, rate
}

// recordCells returns the cells of a record but for those that differ from row to
// row of a scale.
func recordCells(r *Record) []string {
	per, s := "", r.Scale
	if r.Per != 0 {
		per = strconv.FormatInt(r.Per, 10)
	}
	if s == nil {
		s = &Scale{}
	}
	unit := ""
	if r.Unit != 0 {
		unit = r.Unit.String()
	}
	k := &r.Key
	return []string{
		r.ID, r.Step, string(r.Kind), k.Contract, k.Account, k.Hierarchy, k.Group, k.PriceList, k.Item, k.ItemHierarchy, k.Category,
		per, unit, r.From.String(), r.To.String(), string(r.Discounts),
		string(s.Kind), string(s.Bound), string(s.By), string(s.Over), s.Mix, "", "", "", "",
	}
}
