package edisample

import "bytes"

// orders writes the nth ORDERS, in one of three shapes.
func orders(b *bytes.Buffer, n int) {
	s := segments{b: b, end: "'\r\n"}
	s.put("UNH+%d+ORDERS:D:96A:UN:EAN008", n)
	s.put("BGM+220+PO-%07d+9", n)
	s.put("DTM+137:20260327:102")
	lines := 2 + n%5
	switch n % 3 {
	case 1:
		lines = 10 + n%31
		s.put("DTM+2:20260410:102")
		s.put("FTX+AAI+++Please call the dock, it?'s closed at noon")
		s.put("RFF+CT:C-%05d", n%4000)
	case 2:
		lines = 60 + n%141
		s.put("DTM+64:202604060800:203")
		s.put("DTM+63:202604081200:203")
	}
	s.put("NAD+BY+4012345500004::9")
	s.put("NAD+SU+5412345000013::9")
	s.put("NAD+DP+4012345%06d::9++Northfield Distribution Centre+Industrial Parkway 4100+Northfield++55057+US", n%400)
	s.put("CUX+2:EUR:9")
	for i := range lines {
		s.put("LIN+%d++%013d:EN", i+1, checked(400086210000+int64(i)))
		if n%3 > 0 {
			s.put("PIA+1+SKU-%05d:SA", i*31)
		}
		s.put("IMD+F++:::Bracket, galvanised?: it?'s %d mm", 10+i)
		s.put("QTY+21:%d:PCE", 12*(i+1))
		if n%3 == 2 {
			s.put("PRI+AAA:%d.%02d:CT:NTP:100:PCE", i+300, i*7%100)
		} else {
			s.put("PRI+AAA:%d.%02d", i+3, i*7%100)
		}
	}
	s.put("UNS+S")
	s.put("CNT+2:%d", lines)
	s.put("UNT+%d+%d", s.count+1, n)
}
