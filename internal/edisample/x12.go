package edisample

import (
	"bytes"
	"fmt"
)

// purchaseOrder writes the nth 850, in one of five shapes.
func purchaseOrder(b *bytes.Buffer, n int) {
	s := segments{b: b, end: "~\r\n"}
	s.put("ST*850*%09d", n)
	s.put("BEG*00*SA*PO-%07d**20260327", n)
	lines := []func(*segments, int) int{corner, bigBox, grocer, hardware, plant}[n%5](&s, n)
	s.put("CTT*%d", lines)
	s.put("SE*%d*%09d", s.count+1, n)
}

// segments counts what is put into a document.
type segments struct {
	b     *bytes.Buffer
	end   string
	count int
}

func (s *segments) put(format string, args ...any) {
	fmt.Fprintf(s.b, format, args...)
	s.b.WriteString(s.end)
	s.count++
}

// corner is a shop that orders a few things and says no more.
func corner(s *segments, n int) int {
	lines := 2 + n%4
	s.put("CUR*BY*USD")
	s.put("N1*ST*Main Street Corner Shop*92*0%03d", n%400)
	for i := range lines {
		s.put("PO1*%d*%d*EA*%d.%02d**UP*%012d*VN*BR-%05d", i+1, 1+(n+i)%48, 1+n%90, i*7%100, upc(n+i), i*31%90000)
	}
	return lines
}

// bigBox is a chain of stores with departments, a distribution centre and terms.
func bigBox(s *segments, n int) int {
	lines := 3 + n%17
	s.put("CUR*BY*USD")
	s.put("REF*DP*0%d", n%90+10)
	s.put("REF*IA*0048213")
	s.put("PER*BD*Purchasing desk*TE*5550100*EM*orders@example.com")
	s.put("FOB*PP*OR*Origin dock 4")
	s.put("ITD*01*3*2**10**30*****2 percent 10 days, net 30")
	s.put("DTM*002*20260410")
	s.put("DTM*010*20260403")
	s.put("TD5**2*UPSN**UPS GROUND")
	s.put("N1*ST*Northfield Distribution Centre*92*0%03d", n%400)
	s.put("N3*4100 Industrial Parkway*Building C")
	s.put("N4*Northfield*MN*55057*US")
	for i := range lines {
		s.put("PO1*%d*%d*EA*%d.%02d**UP*%012d*VN*SKU-%05d*IN*%08d", i+1, 12*(i+1), i+3, i*7%100, upc(i), i*31, i*9173)
		s.put("PID*F****Bracket, galvanised steel, %d mm", 10+i)
	}
	return lines
}

// grocer buys cases with allowances.
func grocer(s *segments, n int) int {
	lines := 20 + n%21
	s.put("CUR*BY*USD")
	s.put("REF*VR*55321")
	s.put("DTM*064*20260406")
	s.put("DTM*063*20260408")
	s.put("N1*BY*Green Valley Grocers*9*0012345%06d", n%999983)
	s.put("N1*ST*Dry goods warehouse %d*9*0012345000099", n%9)
	for i := range lines {
		s.put("PO1*%d*%d*CA*%d.%02d*PE*UK*%014d*PI*%07d", i+1, 4+(n*i)%96, i%60+9, i*13%100, checked(1001234500000+int64(i)), i*7919)
		s.put("PID*F****Tomatoes, chopped, tin %d g", 200+i*10)
		s.put("PO4*12*1*EA**G*%d.5*LB", i+2)
		if i%3 == 0 {
			s.put("SAC*A*C310***%d*3*%d*****02***Quantity allowance", 500+i, i%5)
		}
	}
	return lines
}

// hardware writes notes, dates and schedules.
func hardware(s *segments, n int) int {
	lines := 6 + n%13
	s.put("CUR*BY*USD")
	s.put("REF*IA*554433")
	s.put("FOB*PP*OR")
	s.put("ITD*01*3*2**10**30")
	s.put("DTM*010*20260402")
	s.put("DTM*001*20260430")
	s.put("N9*L1**Note")
	s.put("MSG*Call the dock before you come")
	s.put("N1*BY*Harbour Hardware*91*C-%d", n%90)
	s.put("N1*ST*Harbour %d*92*%04d", n%90, n%90)
	s.put("N3*%d Quay Street*Building 7", n%900+1)
	s.put("N4*New York*NY*10118*US")
	for i := range lines {
		s.put("PO1*%d*%d*EA*%d.%02d**VN*BR-%05d", i+1, 1+i%144, 1+n%90, i%100, i)
		s.put("PID*F****Brush number %d, round, with a wooden handle", i)
		s.put("SCH*%d*EA***002*20260412", 1+i%144)
	}
	return lines
}

// plant orders many parts by their numbers.
func plant(s *segments, n int) int {
	lines := 40 + n%161
	s.put("CUR*BY*USD")
	s.put("N1*ST*Assembly plant %d*92*P%02d", n%30, n%30)
	for i := range lines {
		s.put("PO1*%04d*%d*EA*%d.%04d*PE*BP*%08d-%c*EC*%c*PO*%d", i+1, 100*(1+i%40), i%9, i*37%10000, i*7919, 'A'+i%26, 'A'+n%26, 4500000000+n)
	}
	return lines
}

// upc is the nth trade item number of twelve digits.
func upc(n int) int64 { return checked(1234567*10_000 + int64(n%10_000)) }

// checked puts the check digit of a trade item number behind it.
func checked(number int64) int64 {
	sum, rest := int64(0), number
	for weight := int64(3); rest > 0; rest /= 10 {
		sum += rest % 10 * weight
		weight = 4 - weight
	}
	return number*10 + (10-sum%10)%10
}
