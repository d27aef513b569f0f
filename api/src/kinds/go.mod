module dev.weft/kinds

go 1.26
