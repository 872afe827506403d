CREATE TABLE t (a VARCHAR(5), b TEXT, e ENUM('x','ü')) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
