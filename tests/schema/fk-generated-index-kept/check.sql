SELECT boss_id FROM worker
