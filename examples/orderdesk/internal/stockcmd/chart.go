package stockcmd

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/o2ckit/o2c/atp"
	"github.com/o2ckit/o2c/examples/orderdesk/internal/picture"
	"github.com/o2ckit/o2c/kernel/calendar"
)

// Chart is an item over time, to be drawn: what stock is projected and what can be promised
// of it as steps, and below them supply upwards and demand downwards as bars.
type Chart struct {
	Title   string
	Outlook Outlook
	// Fence is the day before which what is past due is left out; no day where nothing is.
	Fence calendar.Date
}

// Chart shows an item as a picture, as [File.Outlook] does in figures.
func (f *File) Chart(item, site string) (Chart, error) {
	o, err := f.Outlook(item, site)
	if err != nil {
		return Chart{}, err
	}
	c := Chart{Title: fmt.Sprintf("%s at %s", o.Item, o.Site), Outlook: o}
	for i, ref := range f.refs {
		if ref.Item() != o.Item || ref.Site() != o.Site {
			continue
		}
		for _, fence := range []atp.Fence{f.wire.Items[i].Policy.PastDueReceipts, f.wire.Items[i].Policy.PastDueDemands} {
			if day := o.Today.AddDays(-fence.Days); fence.Ignore && (c.Fence.IsZero() || day.Before(c.Fence)) {
				c.Fence = day
			}
		}
	}
	return c, nil
}

// The measures of a picture, in points.
const (
	leastWide  = 640 * vg.Length(1)
	mostWide   = 1400 * vg.Length(1)
	dayRoom    = 26 * vg.Length(1) // for each day, up to the most
	edgeLeft   = 58 * vg.Length(1)
	edgeRight  = 18 * vg.Length(1)
	titleRoom  = 72 * vg.Length(1) // with the legend and the mark of today
	markRoom   = 12 * vg.Length(1) // for other marks
	stockHigh  = 190 * vg.Length(1)
	betweenAll = 26 * vg.Length(1)
	barsHigh   = 120 * vg.Length(1)
	axisRoom   = 34 * vg.Length(1)
	labelRoom  = 14 * vg.Length(1) // above and below what is drawn
	halfBar    = 0.36              // of a day
	mostBar    = 11 * vg.Length(1)
)

// Drawing is the chart as something to be drawn.
func (c Chart) Drawing() picture.Drawing {
	first, last := c.span()
	wide := min(max(edgeLeft+edgeRight+vg.Length(last.Sub(first))*dayRoom, leastWide), mostWide)
	return picture.Drawing{
		Width: wide, Height: c.titleRoom() + stockHigh + betweenAll + barsHigh + axisRoom, Words: c.words(), Draw: c.draw,
	}
}

func (c Chart) titleRoom() vg.Length {
	if c.Outlook.Endless.IsZero() && c.Fence.IsZero() {
		return titleRoom
	}
	return titleRoom + markRoom
}

// words says what is drawn.
func (c Chart) words() string {
	parts := make([]string, 0, len(c.Outlook.Days))
	for _, d := range c.Outlook.Days {
		text := fmt.Sprintf("%s: stock %d, can be promised %s", d.Date, d.Balance+c.Outlook.SafetyStock, atpText(d.ATP))
		if d.Receipts > 0 {
			text += fmt.Sprintf(", supply %d", d.Receipts)
		}
		if d.Claims > 0 {
			text += fmt.Sprintf(", demand %d", d.Claims)
		}
		if d.Expired > 0 {
			text += fmt.Sprintf(", expired %d", d.Expired)
		}
		parts = append(parts, text)
	}
	return c.Title + "; " + strings.Join(parts, "; ")
}

// span is the first day that is drawn and the day after the last.
func (c Chart) span() (first, last calendar.Date) {
	o := &c.Outlook
	first, last = o.Today, o.Days[len(o.Days)-1].Date
	if !c.Fence.IsZero() && c.Fence.Before(first) {
		first = c.Fence.AddDays(-1)
	}
	if last.Before(o.Endless) {
		last = o.Endless
	}
	return first, last.AddDays(max(2, last.Sub(first)/12))
}

// canvas draws on days and quantities.
type canvas struct {
	draw.Canvas
	first, last calendar.Date
	low, high   float64 // quantities at the lower and the upper edge
}

// x is the left edge of a day, or a place within it.
func (c *canvas) x(day calendar.Date, within float64) vg.Length {
	return c.Min.X + vg.Length((float64(day.Sub(c.first))+within)/float64(c.last.Sub(c.first)))*(c.Max.X-c.Min.X)
}

func (c *canvas) y(quantity int64) vg.Length { return c.at(float64(quantity)) }

func (c *canvas) at(quantity float64) vg.Length {
	return c.Min.Y + vg.Length((quantity-c.low)/(c.high-c.low))*(c.Max.Y-c.Min.Y)
}

// part is a part of the whole, from a height up to another, with the quantities that it has
// room for.
func (c Chart) part(whole draw.Canvas, bottom, top vg.Length, low, high int64) *canvas {
	p := &canvas{Canvas: draw.Crop(whole, edgeLeft, -edgeRight, 0, 0)}
	p.Min.Y, p.Max.Y = whole.Min.Y+bottom, whole.Min.Y+top
	p.first, p.last = c.span()
	if low == high {
		high++
	}
	edges := vg.Length(labelRoom)
	if low < 0 {
		edges += labelRoom
	}
	margin := float64(high-low) * float64(labelRoom/(top-bottom-edges))
	p.low, p.high = float64(low), float64(high)+margin
	if low < 0 {
		p.low -= margin
	}
	return p
}

func (c Chart) draw(whole draw.Canvas) {
	stockLow, stockHighest, barsLow, barsHighest := c.bounds()
	bars := c.part(whole, axisRoom, axisRoom+barsHigh, barsLow, barsHighest)
	bottom := axisRoom + barsHigh + betweenAll
	stock := c.part(whole, bottom, bottom+stockHigh, stockLow, stockHighest)
	level, can := c.steps(stock)
	c.endless(stock, bars)
	stock.under(level)
	c.days(bars, stock)
	stock.grid()
	bars.grid()
	c.marks(stock, bars)
	if o := &c.Outlook; o.SafetyStock > 0 {
		stock.StrokeLine2(safetyLine(), stock.x(o.Today, 0), stock.y(o.SafetyStock), stock.Max.X, stock.y(o.SafetyStock))
	}
	stock.StrokeLines(stockLine(), level)
	stock.StrokeLines(promiseLine(), can)
	c.promised(stock)
	c.bars(bars)
	title := picture.Style(13)
	title.XAlign, title.YAlign = draw.XLeft, draw.YTop
	whole.FillText(title, vg.Point{X: edgeLeft, Y: whole.Max.Y - 14}, c.Title)
	c.legend(whole)
}

// bounds are the least and the greatest quantities of both parts.
func (c Chart) bounds() (stockLow, stockHigh, barsLow, barsHigh int64) {
	o := &c.Outlook
	stockHigh = o.SafetyStock
	for _, d := range o.Days {
		stockLow, stockHigh = min(stockLow, d.Balance+o.SafetyStock), max(stockHigh, d.Balance+o.SafetyStock)
		if d.ATP != atp.Unlimited {
			stockLow, stockHigh = min(stockLow, d.ATP), max(stockHigh, d.ATP)
		}
		barsLow, barsHigh = min(barsLow, -d.Claims-d.Expired), max(barsHigh, d.Receipts)
	}
	return stockLow, stockHigh, barsLow, barsHigh
}

// signed writes a quantity with a minus that is as wide as a plus.
func signed(quantity int64, format string) string {
	return strings.Replace(fmt.Sprintf(format, quantity), "-", "−", 1)
}

// grid draws the lines of the quantities with their labels.
func (c *canvas) grid() {
	label := picture.Style(9)
	label.XAlign, label.YAlign = draw.XRight, draw.YCenter
	for _, tick := range picture.Ticks(c.low, c.high) {
		if tick.Value != math.Trunc(tick.Value) || c.high-c.low < 2 && tick.Value != 0 {
			continue // there are whole units only, or nothing
		}
		line := draw.LineStyle{Color: picture.Faint(), Width: 0.75}
		if tick.Value == 0 {
			line = draw.LineStyle{Color: picture.Joint(), Width: 1}
		}
		y := c.at(tick.Value)
		c.StrokeLine2(line, c.Min.X, y, c.Max.X, y)
		c.FillText(label, vg.Point{X: c.Min.X - 6, Y: y}, signed(int64(tick.Value), "%d"))
	}
}

// days draws the days below both parts: as many as have room, Mondays where they are
// weeks apart.
func (c Chart) days(bars, stock *canvas) {
	const room = 44
	step := 1
	for _, more := range []int{1, 2, 7, 14, 28, 56, 112, 364} {
		if step = more; (bars.x(bars.first, float64(step)) - bars.x(bars.first, 0)) >= room {
			break
		}
	}
	label := picture.Style(9)
	label.YAlign = draw.YTop
	anchor := c.Outlook.Today
	if step >= 7 {
		anchor = anchor.AddDays(-(int(anchor.Weekday()) + 6) % 7)
	}
	for day := anchor.AddDays(-(anchor.Sub(bars.first) / step) * step); day.Before(bars.last); day = day.AddDays(step) {
		if day.Before(bars.first) {
			continue
		}
		x := bars.x(day, 0.5)
		for _, p := range []*canvas{bars, stock} {
			p.StrokeLine2(draw.LineStyle{Color: picture.Faint(), Width: 0.75}, x, p.Min.Y, x, p.Max.Y)
		}
		bars.FillText(label, vg.Point{X: x, Y: bars.Min.Y - 6}, day.Format("2 Jan"))
	}
	label.XAlign = draw.XLeft
	bars.FillText(label, vg.Point{X: bars.Min.X, Y: bars.Min.Y - 19}, strconv.Itoa(c.Outlook.Today.Year()))
}

// marks draws today, the fence and the day from which on there is no end, through both
// parts.
func (c Chart) marks(stock, bars *canvas) {
	o := &c.Outlook
	mark := func(day calendar.Date, row int, text string, line draw.LineStyle) {
		x := stock.x(day, 0)
		stock.StrokeLine2(line, x, bars.Min.Y, x, stock.Max.Y+vg.Length(row)*markRoom+2)
		label := picture.Style(9)
		label.XAlign, label.YAlign = draw.XLeft, draw.YBottom
		if x+3+label.Width(text) > stock.Max.X+edgeRight-4 {
			label.XAlign = draw.XRight
			x -= 6
		}
		stock.FillText(label, vg.Point{X: x + 3, Y: stock.Max.Y + vg.Length(row)*markRoom}, text)
	}
	if !o.Endless.IsZero() {
		mark(o.Endless, 1, "horizon "+o.Endless.Format("2 Jan")+", any quantity from here on",
			draw.LineStyle{Color: picture.Level(), Width: 1, Dashes: []vg.Length{2, 2}})
	}
	if !c.Fence.IsZero() && c.Fence.Before(o.Today) {
		mark(c.Fence, 1, "fence "+c.Fence.Format("2 Jan"), draw.LineStyle{Color: picture.Joint(), Width: 1, Dashes: []vg.Length{2, 2}})
	}
	mark(o.Today, 0, "today "+o.Today.Format("2 Jan"), draw.LineStyle{Color: picture.Ink(), Width: 1})
}

// safety is the colour of the safety stock.
func safety() color.Color { return color.RGBA{0x82, 0x50, 0xdf, 0xff} }

func safetyLine() draw.LineStyle {
	return draw.LineStyle{Color: safety(), Width: 1.25, Dashes: []vg.Length{5, 3}}
}

func stockLine() draw.LineStyle   { return draw.LineStyle{Color: picture.Level(), Width: 2.5} }
func promiseLine() draw.LineStyle { return draw.LineStyle{Color: picture.Ink(), Width: 1.25} }

// endless shades the days from which on there is no end.
func (c Chart) endless(parts ...*canvas) {
	if c.Outlook.Endless.IsZero() {
		return
	}
	for _, p := range parts {
		left := p.x(c.Outlook.Endless, 0)
		p.FillPolygon(color.RGBA{0xf1, 0xf4, 0xf8, 0xff}, []vg.Point{
			{X: left, Y: p.Min.Y}, {X: p.Max.X, Y: p.Min.Y}, {X: p.Max.X, Y: p.Max.Y}, {X: left, Y: p.Max.Y},
		})
	}
}

// steps are the lines of the projected stock and of what can be promised.
func (c Chart) steps(p *canvas) (level, can []vg.Point) {
	o := &c.Outlook
	for i, d := range o.Days {
		until := p.last
		if i+1 < len(o.Days) {
			until = o.Days[i+1].Date
		}
		from, to := p.x(d.Date, 0), p.x(until, 0)
		y := p.y(d.Balance + o.SafetyStock)
		level = append(level, vg.Point{X: from, Y: y}, vg.Point{X: to, Y: y})
		if d.ATP == atp.Unlimited {
			continue
		}
		if !o.Endless.IsZero() && o.Endless.Before(until) {
			to = p.x(o.Endless, 0)
		}
		can = append(can, vg.Point{X: from, Y: p.y(d.ATP)}, vg.Point{X: to, Y: p.y(d.ATP)})
	}
	return level, can
}

// under fills what is between a line and nothing.
func (c *canvas) under(line []vg.Point) {
	area := append([]vg.Point{{X: line[0].X, Y: c.y(0)}}, line...)
	area = append(area, vg.Point{X: line[len(line)-1].X, Y: c.y(0)})
	c.FillPolygon(color.RGBA{0xe4, 0xec, 0xf5, 0xff}, area)
}

// promised writes what can be promised where it changes and there is room.
func (c Chart) promised(p *canvas) {
	label := picture.Style(9)
	label.XAlign = draw.XLeft
	var free vg.Length
	for i, d := range c.Outlook.Days {
		x := p.x(d.Date, 0) + 4
		if d.ATP == atp.Unlimited || x < free || i > 0 && d.ATP == c.Outlook.Days[i-1].ATP {
			continue
		}
		text, y := signed(d.ATP, "%d"), p.y(d.ATP)
		label.YAlign = draw.YBottom
		at := vg.Point{X: x, Y: y + 2}
		for _, line := range []vg.Length{p.y(c.Outlook.SafetyStock), p.y(d.Balance + c.Outlook.SafetyStock)} {
			if line > y && line < y+labelRoom { // it would be struck through
				label.YAlign, at.Y = draw.YTop, y-3
			}
		}
		p.FillText(label, at, text)
		free = x + label.Width(text) + 3
	}
}

// bars draws supply upwards and demand downwards, with their quantities where they have
// room.
func (c Chart) bars(p *canvas) {
	half := min(p.x(p.first, halfBar)-p.x(p.first, 0), mostBar)
	free := map[bool]vg.Length{} // up to where labels above, and below, reach
	label := picture.Style(9)
	bar := func(day calendar.Date, from, to int64, fill color.Color) {
		if from == to {
			return
		}
		x, low, top := p.x(day, 0.5), p.y(min(from, to)), p.y(max(from, to))
		p.FillPolygon(fill, []vg.Point{{X: x - half, Y: low}, {X: x + half, Y: low}, {X: x + half, Y: top}, {X: x - half, Y: top}})
	}
	write := func(day calendar.Date, quantity int64) {
		text := signed(quantity, "%+d")
		x, wide, up := p.x(day, 0.5), label.Width(text), quantity > 0
		if quantity == 0 || x-wide/2 < free[up] {
			return
		}
		free[up] = x + wide/2 + 3
		at := vg.Point{X: x, Y: p.y(quantity) + 2}
		label.YAlign = draw.YBottom
		if !up {
			at.Y -= 4
			label.YAlign = draw.YTop
		}
		p.FillText(label, at, text)
	}
	for _, d := range c.Outlook.Days {
		bar(d.Date, 0, d.Receipts, picture.More())
		bar(d.Date, 0, -d.Claims, picture.Less())
		bar(d.Date, -d.Claims, -d.Claims-d.Expired, picture.Joint())
		write(d.Date, d.Receipts)
		write(d.Date, -d.Claims-d.Expired)
	}
}

// legend says what the lines and bars are, of those that there are.
func (c Chart) legend(whole draw.Canvas) {
	label := picture.Style(9)
	label.XAlign, label.YAlign = draw.XLeft, draw.YCenter
	x, y := edgeLeft, whole.Max.Y-42
	entry := func(name string, sample func(left, right vg.Length)) {
		sample(x, x+16)
		whole.FillText(label, vg.Point{X: x + 21, Y: y}, name)
		x += 21 + label.Width(name) + 16
	}
	line := func(style draw.LineStyle) func(left, right vg.Length) {
		return func(left, right vg.Length) { whole.StrokeLine2(style, left, y, right, y) }
	}
	box := func(fill color.Color) func(left, right vg.Length) {
		return func(left, right vg.Length) {
			whole.FillPolygon(fill, []vg.Point{{X: left + 4, Y: y - 4}, {X: right - 4, Y: y - 4}, {X: right - 4, Y: y + 4}, {X: left + 4, Y: y + 4}})
		}
	}
	entry("projected stock", line(stockLine()))
	entry("can be promised (ATP)", line(promiseLine()))
	if c.Outlook.SafetyStock > 0 {
		entry(fmt.Sprintf("safety stock, %d", c.Outlook.SafetyStock), line(safetyLine()))
	}
	entry("supply", box(picture.More()))
	entry("demand", box(picture.Less()))
	for _, d := range c.Outlook.Days {
		if d.Expired > 0 {
			entry("expires unsold", box(picture.Joint()))
			break
		}
	}
}
