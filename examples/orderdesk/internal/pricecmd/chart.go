package pricecmd

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/o2ckit/o2c/examples/orderdesk/internal/picture"
	"github.com/o2ckit/o2c/kernel/money"
)

// Picture is a waterfall to be drawn.
type Picture struct {
	Title    string
	Currency money.Currency
	Bars     []Bar
}

// The measures of a picture.
const (
	barRoom   = 80 * vg.Length(1) // for each bar
	edgeRoom  = 80 * vg.Length(1) // for the axis and the margins
	leastWide = 360 * vg.Length(1)
	high      = 320 * vg.Length(1)
	halfBar   = 0.34 // of the room of a bar
	labelWide = 14   // characters, before a label is broken
)

// SVG draws the picture as SVG: the same bytes for the same picture.
func (p Picture) SVG() ([]byte, error) {
	d, err := p.drawing()
	if err != nil {
		return nil, err
	}
	return d.SVG()
}

// PNG draws the picture as PNG, at twice the size of a screen's points.
func (p Picture) PNG() ([]byte, error) {
	d, err := p.drawing()
	if err != nil {
		return nil, err
	}
	return d.PNG()
}

func (p Picture) drawing() (picture.Drawing, error) {
	if len(p.Bars) == 0 {
		return picture.Drawing{}, fmt.Errorf("%s: there is nothing to draw", p.Title)
	}
	w := max(leastWide, edgeRoom+vg.Length(len(p.Bars))*barRoom)
	return picture.Drawing{Width: w, Height: high, Words: p.describe(), Draw: p.draw}, nil
}

// describe says in words what is drawn.
func (p Picture) describe() string {
	parts := make([]string, 0, len(p.Bars))
	for _, b := range p.Bars {
		parts = append(parts, b.Label+" "+b.text())
	}
	return fmt.Sprintf("%s, in %s: %s", p.Title, p.Currency, strings.Join(parts, ", "))
}

func (b *Bar) color() color.Color {
	switch {
	case b.Sum:
		return picture.Level()
	case b.Amount.Sign() < 0:
		return picture.Less()
	default:
		return picture.More()
	}
}

// text is the bar's amount, with a sign where it is a step.
func (b *Bar) text() string {
	if !b.Sum && b.Amount.Sign() > 0 {
		return "+" + b.Amount.Number()
	}
	return strings.Replace(b.Amount.Number(), "-", "−", 1)
}

// draw draws the picture on a canvas of the size.
func (p Picture) draw(canvas draw.Canvas) {
	chart := plot.New()
	chart.BackgroundColor = nil // the ground reaches to the edges
	chart.Title.Text = fmt.Sprintf("%s (%s)", p.Title, p.Currency)
	chart.Title.Padding = 14
	chart.Title.TextStyle = picture.Style(13)
	chart.Title.TextStyle.YAlign = draw.YTop
	chart.Y.Tick.Marker = plot.TickerFunc(picture.Ticks)
	chart.Y.Tick.Label = picture.Style(9)
	chart.Y.Tick.Label.XAlign, chart.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter
	chart.Y.Width, chart.Y.Tick.Width, chart.Y.Tick.Length = 0, 0, 2
	chart.Y.Padding = 4
	chart.X.Color = picture.Joint()
	chart.X.Tick.Label = picture.Style(10)
	chart.X.Tick.Label.YAlign = draw.YTop
	chart.X.Padding = 0
	labels := make([]string, len(p.Bars))
	for i := range p.Bars {
		labels[i] = broken(p.Bars[i].Label)
	}
	chart.NominalX(labels...)
	chart.X.Tick.Length = 4 // room above the labels
	chart.X.Tick.LineStyle = draw.LineStyle{Color: picture.Ground(), Width: 0.5}
	chart.Add(waterfall(p.Bars))
	chart.Draw(draw.Crop(canvas, 12, -14, 12, -12))
}

// broken breaks a label between words into lines that fit under a bar.
func broken(label string) string {
	var lines []string
	for word := range strings.FieldsSeq(label) {
		if n := len(lines); n > 0 && len([]rune(lines[n-1]))+1+len([]rune(word)) <= labelWide {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return strings.Join(lines, "\n")
}

// waterfall draws the bars.
type waterfall []Bar

// place is where an amount stands in the picture; no amount is worked out from it.
func place(a money.Amount) float64 {
	f, _ := strconv.ParseFloat(a.Number(), 64) // it is a number
	return f
}

// DataRange makes room for all bars, the ground, and the amounts above the bars.
func (w waterfall) DataRange() (xmin, xmax, ymin, ymax float64) {
	for i := range w {
		ymin = min(ymin, place(w[i].From), place(w[i].To))
		ymax = max(ymax, place(w[i].From), place(w[i].To))
	}
	if ymin == ymax {
		ymax = 1
	}
	return -0.5, float64(len(w)) - 0.5, ymin, ymax + 0.08*(ymax-ymin)
}

// Plot draws the grid, the bars, the lines that join them, and the amounts.
func (w waterfall) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, tick := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if tick.Label != "" {
			c.StrokeLine2(draw.LineStyle{Color: picture.Faint(), Width: 0.75}, c.Min.X, y(tick.Value), c.Max.X, y(tick.Value))
		}
	}
	for i := range w {
		b := &w[i]
		left, right := x(float64(i)-halfBar), x(float64(i)+halfBar)
		low, top := y(min(place(b.From), place(b.To))), y(max(place(b.From), place(b.To)))
		if top-low < 1 { // an amount of nearly nothing is a line
			low, top = (low+top)/2-0.5, (low+top)/2+0.5
		}
		c.FillPolygon(b.color(), []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: top}, {X: left, Y: top}})
		if i+1 < len(w) {
			level := y(place(b.To))
			c.StrokeLine2(draw.LineStyle{Color: picture.Joint(), Width: 0.75, Dashes: []vg.Length{2, 2}}, right, level, x(float64(i+1)-halfBar), level)
		}
		label := picture.Style(10)
		label.YAlign = draw.YBottom
		c.FillText(label, vg.Point{X: (left + right) / 2, Y: top + 3}, b.text())
	}
	c.StrokeLine2(draw.LineStyle{Color: picture.Joint(), Width: 1}, c.Min.X, y(0), c.Max.X, y(0))
}
