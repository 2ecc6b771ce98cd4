"""Jobs of Procrastinate (PostgreSQL): one for each row that waits, made with it and made again when lost."""
