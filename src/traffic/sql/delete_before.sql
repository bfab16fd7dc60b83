delete from views where hour < $2;
delete from edges where day < $1;
delete from engagement where day < $1;
delete from properties where day < $1;
delete from daily where day < $1;
delete from rolled where day < $1
