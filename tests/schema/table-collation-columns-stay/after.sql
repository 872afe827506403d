CREATE TABLE t (a VARCHAR(5) COLLATE utf8mb4_general_ci, b TEXT COLLATE utf8mb4_general_ci, e ENUM('x','ü') COLLATE utf8mb4_general_ci) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
