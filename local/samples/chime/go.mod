module example.com/chime

go 1.24
