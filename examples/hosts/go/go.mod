module dm.example/hosts

go 1.19
